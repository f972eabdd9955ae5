/* simulate: runs programs from seeds. README.md says more.
 *
 *   --seed N      the first seed (1)
 *   --seeds N     how many (as many as --steps takes)
 *   --steps N     steps in all (200000)
 *   --length N    steps of one program (400)
 *   --mode M      flushed or eager (as the seed says)
 *   --trace       prints each step; for one seed
 *   --keep LIST   only these steps of the program, "3,17,18"
 *   --shrink      a program that fails is printed as its shortest list of steps
 *   --detect N    with a planted bug: the median number of steps to its detection over N series
 *   --expect S    "failure": the exit status is 0 if a program fails
 *   --failures N  every failure once, in programs of N seeds
 *   --threads N   real threads that mark, N rounds
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "simulation/sim.h"

typedef struct options {
    uint64_t seed, seeds, steps;
    size_t length;
    int mode;
    bool trace, shrink, expect_failure;
    const char *keep;
    uint64_t detect, failures, threads;
} options;

typedef struct totals {
    uint64_t programs, steps, applied, compared, errors;
} totals;

static uint64_t number_of(const char *text) {
    char *end;
    const uint64_t number = strtoull(text, &end, 10);
    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "simulate: \"%s\" is no number\n", text);
        exit(2);
    }
    return number;
}

static bool parse_flag(options *o, const char *name) {
    bool *const flag = strcmp(name, "--trace") == 0    ? &o->trace
                       : strcmp(name, "--shrink") == 0 ? &o->shrink
                                                       : NULL;
    if (flag != NULL) {
        *flag = true;
    }
    return flag != NULL;
}

static bool parse_value(options *o, const char *name, const char *value) {
    const struct {
        const char *name;
        uint64_t *number;
    } numbers[] = {{"--seed", &o->seed}, {"--seeds", &o->seeds}, {"--steps", &o->steps},
        {"--detect", &o->detect}, {"--failures", &o->failures}, {"--threads", &o->threads}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(name, numbers[i].name) == 0) {
            *numbers[i].number = number_of(value);
            return true;
        }
    }
    if (strcmp(name, "--length") == 0) {
        o->length = (size_t)number_of(value);
    } else if (strcmp(name, "--mode") == 0) {
        o->mode = strcmp(value, "eager") == 0 ? STRICT_EAGER : STRICT_FLUSHED;
    } else if (strcmp(name, "--keep") == 0) {
        o->keep = value;
    } else if (strcmp(name, "--expect") == 0) {
        o->expect_failure = strcmp(value, "failure") == 0;
    } else {
        return false;
    }
    return true;
}

static void parse(options *o, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (!parse_flag(o, argv[i]) &&
            (i + 1 >= argc || !parse_value(o, argv[i], argv[i + 1]) || i++ > argc)) {
            fprintf(stderr, "simulate: what is \"%s\"?\n", argv[i]);
            exit(2);
        }
    }
}

/* Only the steps in the list. */
static void keep_steps(sim_program *program, const char *list) {
    size_t count = 0;
    while (*list != '\0') {
        char *end;
        const size_t step = (size_t)strtoull(list, &end, 10);
        if (end == list || step >= program->count || step < count) {
            fprintf(stderr, "simulate: --keep takes steps in their order\n");
            exit(2);
        }
        program->steps[count++] = program->steps[step];
        list = *end == ',' ? end + 1 : end;
    }
    program->count = count;
}

static const char *mode_option(int mode) {
    return mode < 0 ? "" : mode == STRICT_EAGER ? " --mode eager" : " --mode flushed";
}

static void print_failure(const options *o, sim_program *program, const sim_report *report) {
    printf("seed %lu failed at step %lu: %s\n", (unsigned long)program->setup.seed,
        (unsigned long)report->step, report->text);
    printf("again: simulate --seed %lu --seeds 1 --length %lu%s --trace",
        (unsigned long)program->setup.seed, (unsigned long)o->length, mode_option(o->mode));
    if (!o->shrink) {
        printf(", or --shrink\n");
        return;
    }
    size_t *kept = malloc((program->count + 1) * sizeof *kept);
    sim_report last;
    if (kept == NULL) {
        abort();
    }
    sim_shrink(program, kept);
    printf(" --keep ");
    for (size_t i = 0; i < program->count; i++) {
        printf("%s%lu", i > 0 ? "," : "", (unsigned long)kept[i]);
    }
    printf("\nshrunk to %lu steps:\n", (unsigned long)program->count);
    sim_run(program, NULL, true, &last);
    printf("  %4lu  %s\n", (unsigned long)last.step, last.text);
    free(kept);
}

/* Runs the program of one seed. False if it failed. */
static bool run_seed(const options *o, uint64_t seed, totals *sum, sim_report *report) {
    sim_program program;
    sim_generate(&program, seed, o->length, o->mode);
    if (o->keep != NULL) {
        keep_steps(&program, o->keep);
    }
    sim_run(&program, NULL, o->trace, report);
    sum->programs++;
    sum->steps += report->failed && report->step < program.count ? report->step + 1 : program.count;
    sum->applied += report->applied;
    sum->compared += report->compared;
    sum->errors += report->errors;
    if (report->failed && o->detect == 0) {
        print_failure(o, &program, report);
    }
    sim_program_free(&program);
    return !report->failed;
}

static int run_seeds(const options *o) {
    totals sum = {0};
    sim_report report;
    bool fine = true;
    const clock_t start = clock();
    for (uint64_t seed = o->seed; fine; seed++) {
        fine = run_seed(o, seed, &sum, &report);
        if (sum.programs == o->seeds || (o->seeds == 0 && sum.steps >= o->steps)) {
            break;
        }
    }
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    printf("%lu programs from seed %lu: %lu steps (%lu did something), %lu draws compared, %lu "
           "expected errors, %.0f steps/s\n",
        (unsigned long)sum.programs, (unsigned long)o->seed, (unsigned long)sum.steps,
        (unsigned long)sum.applied, (unsigned long)sum.compared, (unsigned long)sum.errors,
        seconds > 0 ? (double)sum.steps / seconds : 0.0);
    return fine == o->expect_failure;
}

/* --- Detection of planted bugs */

static int by_size(const void *a, const void *b) {
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Each series begins at seeds of its own, and runs until a program fails or --steps are done. */
static int detect(const options *o) {
    uint64_t *steps = malloc((size_t)o->detect * sizeof *steps);
    uint64_t found = 0;
    sim_report report;
    if (steps == NULL) {
        abort();
    }
    for (uint64_t series = 0; series < o->detect; series++) {
        totals sum = {0};
        bool fine = true;
        for (uint64_t seed = o->seed + series * 1000000; fine && sum.steps < o->steps; seed++) {
            fine = run_seed(o, seed, &sum, &report);
        }
        steps[series] = fine ? UINT64_MAX : sum.steps;
        found += !fine;
    }
    qsort(steps, (size_t)o->detect, sizeof *steps, by_size);
    printf("found in %lu of %lu series", (unsigned long)found, (unsigned long)o->detect);
    if (found > o->detect / 2) {
        printf(", median %lu steps (%lu to %lu)", (unsigned long)steps[o->detect / 2],
            (unsigned long)steps[0], (unsigned long)steps[found - 1]);
    }
    printf("\n");
    if (found > 0) {
        printf("the last: %s\n", report.text);
    }
    free(steps);
    return found < o->detect;
}

int main(int argc, char **argv) {
    options o = {.seed = 1, .steps = 200000, .length = 400, .mode = -1};
    parse(&o, argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (o.failures > 0) {
        return sim_every_failure(o.failures, o.length);
    }
    if (o.threads > 0) {
        return sim_threads(o.seed, (size_t)o.threads);
    }
    return o.detect > 0 ? detect(&o) : run_seeds(&o);
}
