# Planted bugs (src/core/mutant.h): each must make tests fail. One more static library is built with
# TRIREME_MUTANTS defined, and some test programs once more against it. Which test
# notices which bug: README.md.
if(TRIREME_SANITIZE OR TRIREME_COVERAGE)
    return() # a sanitizer would be the one who notices; and planted lines are not the library's
endif()

trireme_add_variant(trireme_mutants TRIREME_MUTANTS=1)

# trireme_add_mutant_program(<name> <source>... LIBRARIES <target>...)
function(trireme_add_mutant_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES")
    add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
    target_compile_features(${name} PRIVATE c_std_11)
    set_target_properties(${name} PROPERTIES C_EXTENSIONS OFF)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
    target_link_libraries(${name} PRIVATE
        trireme_mutants ${arg_LIBRARIES} trireme_test_support PkgConfig::CHECK Threads::Threads trireme_flags)
endfunction()

# trireme_add_mutant_test(<mutant> <instrument> <program> [<name of a test case>])
#
# The entry mutant-<mutant>-<instrument>. Passes if tests of the program fail, not if it crashes or skips. The
# mutant "none" is the control: the same program, nothing planted, no failure.
function(trireme_add_mutant_test mutant instrument program)
    set(name mutant-${mutant}-${instrument})
    set(environment ${trireme_test_environment} TRIREME_TEST_SEEDS=8)
    if(ARGC GREATER 3)
        list(APPEND environment CK_RUN_CASE=${ARGV3})
    endif()
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND}
        -DMUTANT=${mutant} -DPROGRAM=$<TARGET_FILE:${program}>
        -P ${PROJECT_SOURCE_DIR}/tests/expect_failures.cmake)
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${trireme_test_timeout}
        LABELS mutants
        SKIP_REGULAR_EXPRESSION "no OpenGL: skipped"
        ENVIRONMENT "${environment}")
endfunction()

set(strict ${PROJECT_SOURCE_DIR}/tests/strict)
trireme_add_mutant_program(mutants-strict
    ${strict}/test_backend_smoke.c ${strict}/strict_test.c support/gl_functions.c
    LIBRARIES trireme_strict_gpu)
trireme_add_mutant_program(mutants-marks unit/test_lost_marks.c LIBRARIES trireme_test_unit)

trireme_add_mutant_test(none strict mutants-strict draws)
foreach(mutant no-flush half-flush no-fence-wait fence-before-last-draw staleness-of-all in-order-unmarked
        gap-not-copied no-barrier-before no-barrier-after ring-a-frame-early)
    trireme_add_mutant_test(${mutant} strict mutants-strict draws)
endforeach()
# The bug that a driver's fault has to uncover.
get_target_property(sources trireme_test_strict SOURCES)
trireme_add_test_support(trireme_test_strict_mutants ${sources})
target_link_libraries(trireme_test_strict_mutants
    PUBLIC trireme_glad trireme_mutants
    PRIVATE trireme_strict_gpu trireme_test_support)
trireme_add_mutant_program(mutants-strict-quirk gl/test_quirk.c LIBRARIES trireme_test_strict_mutants)
foreach(mutant none updates-not-held)
    trireme_add_mutant_test(${mutant} strict-quirk mutants-strict-quirk)
    set_property(TEST mutant-${mutant}-strict-quirk APPEND PROPERTY ENVIRONMENT TRIREME_STRICT_QUIRK=2)
endforeach()
trireme_add_mutant_test(runs-dropped strict mutants-strict faults)
trireme_add_mutant_test(none marks mutants-marks)
trireme_add_mutant_test(mark-early-exit marks mutants-marks)
# Two threads that must really meet: alone on the machine, and for as long as it takes.
set_property(TEST mutant-mark-early-exit-marks APPEND PROPERTY ENVIRONMENT TRIREME_TEST_PAIRS=20000000)
set_tests_properties(mutant-mark-early-exit-marks PROPERTIES RUN_SERIAL ON)

# The simulation alone (simulation/README.md): how often it has to be asked until it finds each bug. Its clock
# takes the place of the library's.
add_executable(mutants-simulate ${trireme_simulation_sources})
target_compile_features(mutants-simulate PRIVATE c_std_11)
set_target_properties(mutants-simulate PROPERTIES C_EXTENSIONS OFF)
target_include_directories(mutants-simulate PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(mutants-simulate PRIVATE trireme_mutants trireme_strict_gpu Threads::Threads trireme_flags)

# Passes when the simulation finds the bug within a million steps; without a bug, when 100,000 find nothing.
function(trireme_add_simulated_mutant mutant)
    set(name mutant-${mutant}-simulation)
    add_test(NAME ${name} COMMAND mutants-simulate ${ARGN})
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${trireme_test_timeout}
        LABELS mutants
        ENVIRONMENT "${trireme_test_environment};TRIREME_MUTANT=${mutant}")
endfunction()

trireme_add_simulated_mutant(none --steps 100000)
foreach(mutant no-flush half-flush no-fence-wait fence-before-last-draw staleness-of-all in-order-unmarked
        gap-not-copied no-barrier-before no-barrier-after ring-a-frame-early runs-dropped mark-early-exit updates-not-held)
    trireme_add_simulated_mutant(${mutant} --detect 1 --steps 1000000)
endforeach()
