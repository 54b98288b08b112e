# The kinds of target the project is made of.

include(GoogleTest)

# One header costs 20 s or more to compile: everything that uses torch shares one precompiled header.
file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/torch_pch.cc" CONTENT "")
add_library(eif_torch_pch STATIC "${PROJECT_BINARY_DIR}/torch_pch.cc")
target_link_libraries(eif_torch_pch PRIVATE eif_compile_options eif::libtorch)
target_precompile_headers(eif_torch_pch PRIVATE <ATen/ATen.h> <ATen/core/grad_mode.h>)
# Compiled twice, the header is not the same to the bit, and it has 400 MB: ccache asks this file instead
# whether it is the same one.
file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/CMakeFiles/eif_torch_pch.dir/cmake_pch.hxx.gch.sum"
  CONTENT "libtorch ${EIF_LIBTORCH_VERSION}, ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}\n")

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

# Where one of the libraries brings in torch.
function(_eif_use_precompiled_header target)
  _eif_uses_torch(uses_torch ${ARGN})
  if(uses_torch)
    target_precompile_headers(${target} REUSE_FROM eif_torch_pch)
  endif()
endfunction()

function(_eif_target target)
  # An installed library does not hand on what it was compiled with.
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:eif_compile_options>)
  target_link_libraries(${target} PUBLIC ${ARGN})
  _eif_use_precompiled_header(${target} ${ARGN})
endfunction()

# eif_library(NAME SOURCES a.cc … DEPENDS target …): a static library, included as "folder/file.h".
function(eif_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  _eif_target(${name} ${ARG_DEPENDS})
endfunction()

# Each case of a GoogleTest program is a ctest test, if it is of the pattern `filter`.
function(_eif_discover_cases name label filter)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
    TEST_PREFIX "${name}." TEST_FILTER "${filter}"
    DISCOVERY_TIMEOUT 60  # CMake's 5 s are too few to load libtorch on a busy machine
    PROPERTIES LABELS ${label} TIMEOUT 900)
endfunction()

# Likewise, where starting the program costs much: a process runs a whole suite, and each of its cases
# is a test that reads the result.
function(_eif_discover_suites name label filter)
  set(script "${CMAKE_CURRENT_BINARY_DIR}/${name}_${label}_discovery.cmake")
  string(CONCAT content
    "set(eif_program \"$<TARGET_FILE:${name}>\")\n"
    "set(eif_name ${name})\n"
    "set(eif_label ${label})\n"
    "set(eif_filter \"${filter}\")\n"
    "set(eif_scripts \"${PROJECT_SOURCE_DIR}/cmake\")\n"
    "include(\"${PROJECT_SOURCE_DIR}/cmake/EifDiscoverSuites.cmake\")\n")
  file(GENERATE OUTPUT "${script}" CONTENT "${content}")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${script}")
endfunction()

# eif_test(NAME SOURCES a_test.cc … DEPENDS target … [LABEL fast|slow|gpu] [FAST pattern] [SLOW pattern]):
# one GoogleTest program. Each of its cases is a ctest test, named NAME.Suite.Case. A program with
# libtorch takes a third of a second of processor time to start: there the test "NAME.Suite (label)"
# runs the cases of a suite that have this label, and those of the cases read the result.
# FAST: with LABEL slow, cases of this pattern have the label fast, and each other case is a process.
# SLOW: cases of this pattern have the label slow, the others fast.
function(eif_test name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "LABEL;FAST;SLOW" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL fast)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  # CMake would give a program -fPIE, and the precompiled header was made with -fPIC.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  # Of what tests do themselves little takes time; of compiling them a third is optimising.
  target_compile_options(${name} PRIVATE -fPIC $<$<CONFIG:Release>:-O1>)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  _eif_target(${name} GTest::gmock_main eif_folders_for_test ${ARG_DEPENDS})
  _eif_uses_torch(uses_torch ${ARG_DEPENDS})
  if(ARG_FAST)
    _eif_discover_suites(${name} fast "${ARG_FAST}")
    _eif_discover_cases(${name} ${ARG_LABEL} "-${ARG_FAST}")
  elseif(ARG_SLOW)
    _eif_discover_suites(${name} fast "-${ARG_SLOW}")
    _eif_discover_suites(${name} slow "${ARG_SLOW}")
  elseif(uses_torch)
    _eif_discover_suites(${name} ${ARG_LABEL} "*")
  else()
    _eif_discover_cases(${name} ${ARG_LABEL} "*")
  endif()
endfunction()

# eif_finish_plugins(): gives all plugins that eif_add_desideratum and eif_add_model have made, which any
# project may call, what this tree compiles its own targets with.
function(eif_finish_plugins)
  get_property(plugins GLOBAL PROPERTY EIF_PLUGINS)
  foreach(plugin IN LISTS plugins)
    target_link_libraries(${plugin} PRIVATE eif_compile_options)
    get_target_property(libraries ${plugin} LINK_LIBRARIES)
    _eif_use_precompiled_header(${plugin} ${libraries})
  endforeach()
endfunction()

# eif_parts_of_plugins(RESULT FILE [DEPENDS …]): what plugins bring for a test of all of their kind. Each
# plugin whose folder has FILE becomes a library of one object, linked with what the plugin is and with
# DEPENDS. RESULT has their names.
function(eif_parts_of_plugins result file)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  set(parts "")
  get_property(plugins GLOBAL PROPERTY EIF_PLUGINS)
  foreach(plugin IN LISTS plugins)
    get_target_property(folder ${plugin} SOURCE_DIR)
    file(GLOB source CONFIGURE_DEPENDS "${folder}/${file}")
    if(source)
      get_target_property(libraries ${plugin} LINK_LIBRARIES)
      list(FILTER libraries EXCLUDE REGEX "^::@")  # CMake's marks of who linked what
      add_library(${plugin}_for_test OBJECT ${source})
      target_include_directories(${plugin}_for_test PRIVATE "${PROJECT_SOURCE_DIR}")
      _eif_target(${plugin}_for_test ${ARG_DEPENDS} ${libraries})
      list(APPEND parts ${plugin}_for_test)
    endif()
  endforeach()
  set(${result} ${parts} PARENT_SCOPE)
endfunction()
