# The kinds of target the project is made of.

# One header costs 20 s or more to compile: everything that uses torch shares one precompiled header.
file(WRITE "${PROJECT_BINARY_DIR}/torch_pch.cc" "")
add_library(eif_torch_pch STATIC "${PROJECT_BINARY_DIR}/torch_pch.cc")
target_link_libraries(eif_torch_pch PRIVATE eif_compile_options eif::libtorch)
target_precompile_headers(eif_torch_pch PRIVATE <ATen/ATen.h> <ATen/core/grad_mode.h>)

# Whether any of the project's targets among the arguments brings in torch, directly or not. Other
# packages' targets are not followed: the paths through abseil's alone are beyond counting.
function(_eif_uses_torch result)
  set(${result} FALSE PARENT_SCOPE)
  list(FILTER ARGN INCLUDE REGEX "^eif")
  foreach(dependency IN LISTS ARGN)
    if(dependency STREQUAL "eif::libtorch")
      set(${result} TRUE PARENT_SCOPE)
      return()
    endif()
    get_target_property(further ${dependency} INTERFACE_LINK_LIBRARIES)
    _eif_uses_torch(deeper ${further})
    if(deeper)
      set(${result} TRUE PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(_eif_target target)
  target_link_libraries(${target} PRIVATE eif_compile_options)
  target_link_libraries(${target} PUBLIC ${ARGN})
  _eif_uses_torch(uses_torch ${ARGN})
  if(uses_torch)
    target_precompile_headers(${target} REUSE_FROM eif_torch_pch)
  endif()
endfunction()

# eif_library(NAME SOURCES a.cc … DEPENDS target …): a static library, included as "folder/file.h".
function(eif_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  _eif_target(${name} ${ARG_DEPENDS})
endfunction()

# eif_test(NAME SOURCES a_test.cc … DEPENDS target … [LABEL fast|slow|gpu]): one GoogleTest program;
# each of its cases is a ctest test.
function(eif_test name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL fast)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  # CMake would give a program -fPIE, and the precompiled header was made with -fPIC.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIC)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  _eif_target(${name} GTest::gmock_main ${ARG_DEPENDS})
  target_compile_definitions(${name} PRIVATE
    EIF_SOURCE_DIR="${PROJECT_SOURCE_DIR}" EIF_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 900)
endfunction()

function(_eif_plugin name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY "${EIF_PLUGIN_OUTPUT_DIRECTORY}")
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  # Only the entry symbol leaves the library, whatever its static parts and templates bring along.
  target_link_options(${name} PRIVATE
    "-Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/plugin.map")
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/plugin.map")
  _eif_target(${name} ${ARG_DEPENDS})
  set_property(GLOBAL APPEND PROPERTY EIF_PLUGINS ${name})
endfunction()

# eif_desideratum(NAME [SOURCES …] [DEPENDS …]): desiderata/NAME/NAME.cc as a plugin.
function(eif_desideratum name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  _eif_plugin(${name} SOURCES ${name}.cc ${ARG_SOURCES} DEPENDS eif::sdk eif_domains ${ARG_DEPENDS})
endfunction()

# eif_model_backend(NAME SOURCES … DEPENDS …): plugins/NAME as a plugin.
function(eif_model_backend name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  _eif_plugin(${name} SOURCES ${ARG_SOURCES} DEPENDS eif::backend_sdk ${ARG_DEPENDS})
endfunction()
