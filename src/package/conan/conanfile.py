# UNTESTED. A Conan 2 recipe for the sources that it lies in: conan create src/package/conan
# Use an unpacked source archive (target trireme-source-archive), which carries the OpenGL loader; from a checkout
# the loader's generator, glad 2, must be on PATH.
import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy


class Trireme(ConanFile):
    name = "trireme"
    version = "0.1.0"
    license = "MIT"
    description = "Keeps CPU arrays in step with OpenGL 4.5 buffers"
    topics = ("opengl", "buffer", "graphics")
    package_type = "library"
    settings = "os", "compiler", "build_type", "arch"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {"shared": False, "fPIC": True}
    languages = "C"
    implements = ["auto_shared_fpic"]

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..", "..")
        for pattern in ("CMakeLists.txt", "LICENSE", "README.md", "include/*", "src/*", "third_party/*"):
            copy(self, pattern, root, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["TRIREME_BUILD_TESTS"] = False
        toolchain.cache_variables["TRIREME_BUILD_DEMO"] = False
        toolchain.cache_variables["TRIREME_INSTALL"] = True
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.libs = ["trireme"]
        self.cpp_info.set_property("cmake_file_name", "trireme")
        self.cpp_info.set_property("cmake_target_name", "trireme::trireme")
        self.cpp_info.set_property("pkg_config_name", "trireme")
        if self.options.shared:
            self.cpp_info.defines = ["TRIREME_SHARED"]
        elif self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["pthread"]
