# What `cmake --install` puts where. All of it may be moved afterwards.
#
#   bin/eif-suite, lib/libeif-suite.so
#                             the launcher, and the program that it loads
#   lib/eif-suite/*.so        its plugins (eif_add_desideratum and eif_add_model install them)
#   include/eif-suite, lib/*.a, lib/cmake/eif-suite
#                             the SDK: find_package(eif-suite), and cmake/eif-suite-config.cmake.in
#   share/eif-suite/examples  desiderata in TOML, for --desideratum FILE
#   share/eif-suite/run.schema.json
#                             the JSON Schema of run.json
#   share/doc/eif-suite       the documents
#
#   lib/eif-suite/libtorch.path
#                             where libtorch is, which is not installed: see suite/launcher
include(CMakePackageConfigHelpers)

set(eif_package lib/cmake/eif-suite)
set(eif_headers include/eif-suite)

# With its plugins the component of a machine that runs and builds nothing (tools/gpu_bundle.sh).
install(TARGETS eif-suite RUNTIME DESTINATION bin COMPONENT program)
install(TARGETS eif_program LIBRARY DESTINATION lib COMPONENT program)
# Of this machine: a package for others leaves it out.
file(WRITE "${PROJECT_BINARY_DIR}/libtorch.path" "${EIF_LIBTORCH_FOLDER}\n")
install(FILES "${PROJECT_BINARY_DIR}/libtorch.path" DESTINATION lib/eif-suite COMPONENT machine)

# ---- Headers -------------------------------------------------------------------------------------

install(DIRECTORY suite/include/eif DESTINATION ${eif_headers} FILES_MATCHING PATTERN "*.h")
install(FILES domains/domain.h domains/paper_part.h domains/statement.h domains/text_noise.h
        DESTINATION ${eif_headers}/domains)
install(FILES domains/images/digit_samples.h domains/images/noise.h
        DESTINATION ${eif_headers}/domains/images)
install(DIRECTORY desiderata/shared DESTINATION ${eif_headers}/desiderata FILES_MATCHING PATTERN "*.h")

# ---- Libraries -----------------------------------------------------------------------------------

# eif_install_library(TARGET NAME EXPORT): eif::NAME of the package, as in this tree.
function(eif_install_library target name export)
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(${target} INTERFACE $<INSTALL_INTERFACE:${eif_headers}>)
  target_compile_features(${target} INTERFACE cxx_std_20)
  install(TARGETS ${target} EXPORT ${export} ARCHIVE DESTINATION lib)
endfunction()

eif_install_library(eif_sdk sdk eif-suite-targets)
eif_install_library(eif_text text eif-suite-targets)
eif_install_library(eif_domains domains eif-suite-targets)
eif_install_library(eif_images images eif-suite-targets)
eif_install_library(eif_desiderata_shared desiderata eif-suite-targets)
eif_install_library(eif_desiderata_for_test testing eif-suite-targets)
# Apart, because what it needs, libtorch, is looked for only where it is asked for.
eif_install_library(eif_backend_sdk backend_sdk eif-suite-model-targets)

install(EXPORT eif-suite-targets NAMESPACE eif:: DESTINATION ${eif_package})
install(EXPORT eif-suite-model-targets NAMESPACE eif:: DESTINATION ${eif_package})

# ---- CMake package -------------------------------------------------------------------------------

string(REGEX MATCH "^[0-9]+" eif_compiler_major "${CMAKE_CXX_COMPILER_VERSION}")
configure_package_config_file(cmake/eif-suite-config.cmake.in
  "${PROJECT_BINARY_DIR}/eif-suite-config.cmake" INSTALL_DESTINATION ${eif_package}
  NO_SET_AND_CHECK_MACRO)
# As long as the version begins with 0, each second number may change what a plugin is written against.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/eif-suite-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/eif-suite-config.cmake"
  "${PROJECT_BINARY_DIR}/eif-suite-config-version.cmake"
  cmake/EifLibtorch.cmake cmake/EifPlugins.cmake cmake/plugin.map
  DESTINATION ${eif_package})

# ---- Examples and documents ----------------------------------------------------------------------

install(DIRECTORY desiderata/declared/examples DESTINATION share/eif-suite FILES_MATCHING PATTERN "*.toml")
install(FILES docs/run.schema.json DESTINATION share/eif-suite)
install(FILES CHANGELOG.md CITATION.cff CONTRIBUTING.md LICENSE README.md DESTINATION share/doc/eif-suite)
install(DIRECTORY docs DESTINATION share/doc/eif-suite)
