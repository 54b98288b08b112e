# libtorch as targets of our own, made from its files. Any build serves: CPU or CUDA, a Python wheel, a
# conda package or a zip archive. torch's own CMake package is not used: that of a CUDA build stops where
# there is no nvcc, and nothing here compiles CUDA code.
#
#   include(EifLibtorch)
#   eif_find_libtorch()                          # or stops, and says what was found, and what to do
#   target_link_libraries(mine PRIVATE eif::libtorch)
#
# The first place that has a libtorch is taken:
#
#   1. EIF_LIBTORCH, a CMake or environment variable: the folder with libtorch's include/ and lib/
#   2. Torch_DIR, Torch_ROOT: where torch's own CMake package is, or the folder above
#   3. CMAKE_PREFIX_PATH, a CMake or environment variable
#   4. the Python environments, in this order: PYTHON (an argument: the project's own), the active one
#      (VIRTUAL_ENV, CONDA_PREFIX), python3 on PATH
#
# What stands in 1 to 3 was asked for: if it cannot be used, that is an error. An environment whose torch
# cannot be used is passed over.
#
# This file is also run as a script, which prints the folder, the version and "cpu" or "cuda", a line each:
#
#   cmake -P cmake/EifLibtorch.cmake

set(EIF_LIBTORCH_MINIMUM 2.11)

# The headers and libraries below `root`, whatever the layout. Sets in the caller, with the prefix `out`:
#   _PROBLEM   empty, or why this libtorch cannot be used; "nothing" if there is no libtorch at all
#   _FOLDER    root                        _INCLUDE  where ATen/ATen.h is
#   _VERSION   2.13.0                      _LIB      where libtorch_cpu.so is
#   _CUDA      whether it is a CUDA build
function(_eif_inspect_libtorch out root wanted)
  cmake_path(NORMAL_PATH root)
  string(REGEX REPLACE "(.)/$" "\\1" root "${root}")
  set(${out}_PROBLEM "nothing" PARENT_SCOPE)
  set(include "${root}/include")
  set(lib "${root}/lib")
  if(NOT EXISTS "${lib}/libtorch_cpu.so" AND NOT EXISTS "${include}/ATen/ATen.h")
    return()
  endif()
  set(${out}_FOLDER "${root}" PARENT_SCOPE)
  set(${out}_INCLUDE "${include}" PARENT_SCOPE)
  set(${out}_LIB "${lib}" PARENT_SCOPE)

  set(version "")
  foreach(header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)
    if(version STREQUAL "" AND EXISTS "${include}/${header}")
      file(STRINGS "${include}/${header}" numbers
           REGEX "^#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+$")
      string(REGEX REPLACE "[^;0-9]" "" numbers "${numbers}")
      string(REPLACE ";" "." version "${numbers}")
    endif()
  endforeach()
  set(${out}_VERSION "${version}" PARENT_SCOPE)

  set(missing "")
  foreach(file include/ATen/ATen.h include/c10/core/Device.h include/torch/headeronly/version.h
          include/torch/csrc/api/include/torch/version.h lib/libtorch.so lib/libtorch_cpu.so lib/libc10.so)
    if(NOT EXISTS "${root}/${file}")
      list(APPEND missing "${file}")
    endif()
  endforeach()
  set(cuda FALSE)
  if(EXISTS "${lib}/libtorch_cuda.so" OR EXISTS "${lib}/libc10_cuda.so")
    set(cuda TRUE)
    foreach(file lib/libtorch_cuda.so lib/libc10_cuda.so)
      if(NOT EXISTS "${root}/${file}")
        list(APPEND missing "${file}")
      endif()
    endforeach()
  endif()
  set(${out}_CUDA ${cuda} PARENT_SCOPE)

  # The version comes first: an older libtorch also lacks files.
  set(problem "")
  if(NOT version STREQUAL "" AND version VERSION_LESS EIF_LIBTORCH_MINIMUM)
    set(problem "is version ${version}, and ${EIF_LIBTORCH_MINIMUM} or newer is needed")
  elseif(missing)
    list(JOIN missing ", " missing)
    set(problem "is incomplete, without ${missing}: install it again")
  elseif(version STREQUAL "")
    set(problem "does not say its version in include/torch/headeronly/version.h: install it again")
  elseif(wanted AND NOT version VERSION_EQUAL wanted)
    set(problem "is version ${version}, and ${wanted} is needed, with which the program was built")
  else()
    # A function that takes a std::string has "cxx11" in its symbol, unless the library was built with
    # the strings of before GCC 5, which no program here can be linked with.
    file(STRINGS "${lib}/libc10.so" strings_of_today REGEX "__cxx11" LIMIT_COUNT 1)
    if(NOT strings_of_today)
      set(problem "was built with _GLIBCXX_USE_CXX11_ABI=0, and the program is built with 1: take a build with the C++11 ABI")
    endif()
  endif()
  set(${out}_PROBLEM "${problem}" PARENT_SCOPE)
endfunction()

# The folders where a libtorch may lie that belongs to `prefix`: itself (a zip archive, conda, a wheel's
# torch folder), or inside (an environment, a folder of Python packages, torch's own CMake package).
function(_eif_libtorch_roots out prefix)
  set(roots "${prefix}")
  string(REGEX REPLACE "/share/cmake(/Torch)?/?$" "" above "${prefix}")
  if(NOT above STREQUAL prefix)
    list(APPEND roots "${above}")
  endif()
  file(GLOB in_environment "${prefix}/lib/python3*/site-packages/torch")
  list(APPEND roots ${in_environment} "${prefix}/torch" "${prefix}/libtorch")
  set(${out} "${roots}" PARENT_SCOPE)
endfunction()

# The folder of a Python interpreter's torch, or nothing. torch is not imported: that takes seconds, and
# fails where libraries of NVIDIA are missing.
function(_eif_libtorch_of_python out interpreter)
  set(${out} "" PARENT_SCOPE)
  if(interpreter STREQUAL "" OR NOT EXISTS "${interpreter}")
    return()
  endif()
  execute_process(
    COMMAND "${interpreter}" -c "import importlib.util as u
spec = u.find_spec('torch')
print(list(spec.submodule_search_locations)[0] if spec and spec.origin else '')"
    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
  if(status EQUAL 0)
    set(${out} "${folder}" PARENT_SCOPE)
  endif()
endfunction()

# _eif_search_libtorch(OUT [PYTHON interpreter] [VERSION the only one that will do] [HINTS folder …]): sets
# OUT_PROBLEM (empty, or a whole message) and the variables of _eif_inspect_libtorch. HINTS come before
# the Python environments, and are passed over like them.
function(_eif_search_libtorch out)
  cmake_parse_arguments(ARG "" "PYTHON;VERSION" "HINTS" ${ARGN})
  set(advice "Get one with tools/setup.sh or 'pip install torch', or name the folder that has its include/ and lib/: -DEIF_LIBTORCH=FOLDER.")
  if(ARG_VERSION)
    set(advice "Get it with 'pip install torch==${ARG_VERSION}', or name the folder that has its include/ and lib/: -DEIF_LIBTORCH=FOLDER.")
  endif()

  # What was asked for: pairs of "where it was said" and a folder.
  set(asked "")
  foreach(variable EIF_LIBTORCH Torch_DIR Torch_ROOT CMAKE_PREFIX_PATH)
    foreach(value IN LISTS ${variable})
      if(value)  # and not Torch_DIR-NOTFOUND
        list(APPEND asked "${variable}|${value}")
      endif()
    endforeach()
    string(REPLACE ":" ";" values "$ENV{${variable}}")
    foreach(value IN LISTS values)
      list(APPEND asked "${variable}|${value}")
    endforeach()
  endforeach()
  foreach(pair IN LISTS asked)
    string(REGEX REPLACE "\\|.*" "" variable "${pair}")
    string(REGEX REPLACE "^[^|]*\\|" "" prefix "${pair}")
    _eif_libtorch_roots(roots "${prefix}")
    foreach(root IN LISTS roots)
      _eif_inspect_libtorch(found "${root}" "${ARG_VERSION}")
      if(found_PROBLEM STREQUAL "nothing")
        continue()
      endif()
      if(found_PROBLEM)
        set(found_PROBLEM "libtorch in ${found_FOLDER} (named by ${variable}) ${found_PROBLEM}. ${advice}")
      endif()
      foreach(part PROBLEM FOLDER INCLUDE LIB VERSION CUDA)
        set(${out}_${part} "${found_${part}}" PARENT_SCOPE)
      endforeach()
      return()
    endforeach()
    if(NOT variable STREQUAL "CMAKE_PREFIX_PATH")  # which names folders of other libraries, too
      set(${out}_PROBLEM "${variable} is ${prefix}, where there is no libtorch: neither include/ATen/ATen.h nor lib/libtorch_cpu.so. ${advice}" PARENT_SCOPE)
      return()
    endif()
  endforeach()

  set(candidates ${ARG_HINTS})
  find_program(python3 python3 NO_CACHE NO_PACKAGE_ROOT_PATH NO_CMAKE_PATH NO_CMAKE_ENVIRONMENT_PATH)
  foreach(interpreter "${ARG_PYTHON}" "$ENV{VIRTUAL_ENV}/bin/python" "$ENV{CONDA_PREFIX}/bin/python" "${python3}")
    _eif_libtorch_of_python(folder "${interpreter}")
    list(APPEND candidates ${folder})
    if(interpreter STREQUAL "$ENV{CONDA_PREFIX}/bin/python" AND NOT "$ENV{CONDA_PREFIX}" STREQUAL "")
      list(APPEND candidates "$ENV{CONDA_PREFIX}")
    endif()
  endforeach()
  set(passed_over "")
  foreach(candidate IN LISTS candidates)
    _eif_inspect_libtorch(found "${candidate}" "${ARG_VERSION}")
    if(found_PROBLEM STREQUAL "")
      foreach(part PROBLEM FOLDER INCLUDE LIB VERSION CUDA)
        set(${out}_${part} "${found_${part}}" PARENT_SCOPE)
      endforeach()
      return()
    elseif(NOT found_PROBLEM STREQUAL "nothing")
      string(APPEND passed_over " libtorch in ${candidate} ${found_PROBLEM}.")
    endif()
  endforeach()
  set(${out}_PROBLEM "no libtorch was found that can be used: not in EIF_LIBTORCH, Torch_DIR or CMAKE_PREFIX_PATH, and not in a Python environment.${passed_over} ${advice}" PARENT_SCOPE)
endfunction()

# A conda environment has the headers of many libraries in one folder, which would come before those that
# the project found elsewhere. Links to libtorch's own keep the others out.
function(_eif_libtorch_include out include)
  foreach(other absl boost CLI toml++ nlohmann gtest)
    if(EXISTS "${include}/${other}")
      set(links "${CMAKE_BINARY_DIR}/libtorch-include")
      file(MAKE_DIRECTORY "${links}")
      foreach(own ATen c10 torch caffe2)
        file(REMOVE "${links}/${own}")
        if(EXISTS "${include}/${own}")
          file(CREATE_LINK "${include}/${own}" "${links}/${own}" SYMBOLIC)
        endif()
      endforeach()
      set(include "${links}")
      break()
    endif()
  endforeach()
  set(${out} "${include}" PARENT_SCOPE)
endfunction()

# eif_find_libtorch([PYTHON interpreter] [VERSION the only one that will do] [HINTS folder …]): makes
# eif::libtorch, and sets in the caller EIF_LIBTORCH_FOLDER, _LIB, _VERSION, _CUDA, and _RUN_PATH: the
# folders of NVIDIA's libraries that were installed with it.
function(eif_find_libtorch)
  _eif_search_libtorch(libtorch ${ARGN})
  if(libtorch_PROBLEM)
    message(FATAL_ERROR "${libtorch_PROBLEM}")
  endif()
  set(kind "without CUDA")
  if(libtorch_CUDA)
    set(kind "with CUDA")
  endif()
  message(STATUS "libtorch ${libtorch_VERSION} ${kind}: ${libtorch_FOLDER}")
  foreach(part FOLDER LIB VERSION CUDA)
    set(EIF_LIBTORCH_${part} "${libtorch_${part}}" PARENT_SCOPE)
  endforeach()
  # NVIDIA's wheels stand beside torch's.
  file(GLOB run_path "${libtorch_FOLDER}/../nvidia/*/lib")
  list(TRANSFORM run_path REPLACE "/[^/]+/\\.\\./nvidia/" "/nvidia/")
  set(EIF_LIBTORCH_RUN_PATH "${run_path}" PARENT_SCOPE)
  if(TARGET eif::libtorch)
    return()
  endif()

  _eif_libtorch_include(include "${libtorch_INCLUDE}")
  add_library(eif::libtorch INTERFACE IMPORTED GLOBAL)
  set_target_properties(eif::libtorch PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${include};${include}/torch/csrc/api/include"
    # As torch's own package has it, so that headers are read as they were when libtorch was compiled.
    INTERFACE_COMPILE_DEFINITIONS "USE_DISTRIBUTED;USE_C10D_GLOO;USE_RPC;USE_TENSORPIPE"
    # What libtorch itself needs is looked for when a program starts, and need not be here when it is
    # linked: NVIDIA's libraries are gigabytes, and a machine that builds may have no use for them.
    INTERFACE_LINK_OPTIONS "LINKER:--allow-shlib-undefined")
  foreach(name torch_cpu c10)
    add_library(eif::${name} SHARED IMPORTED GLOBAL)
    set_target_properties(eif::${name} PROPERTIES
      IMPORTED_LOCATION "${libtorch_LIB}/lib${name}.so" IMPORTED_SONAME "lib${name}.so")
  endforeach()
  set(link eif::torch_cpu eif::c10)
  if(libtorch_CUDA)
    # Nothing here calls CUDA's half of libtorch by name: it registers itself when it is loaded. A linker
    # that keeps only what is called would leave it out, and there would be no GPU.
    list(PREPEND link "-Wl,--push-state,--no-as-needed \"${libtorch_LIB}/libtorch_cuda.so\" \"${libtorch_LIB}/libc10_cuda.so\" -Wl,--pop-state")
  endif()
  # What is compiled for OpenMP (eif/parallel.h) uses libtorch's: another one beside it would have threads
  # of its own. A library finds it through libtorch when it is loaded, whatever libtorch that is; a program
  # has to name it when it is linked.
  file(GLOB openmp "${libtorch_LIB}/libgomp*.so*" "${libtorch_LIB}/libomp.so" "${libtorch_LIB}/libiomp5.so")
  list(APPEND openmp gomp)
  list(GET openmp 0 openmp)
  list(APPEND link "$<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${openmp}>")
  set_property(TARGET eif::libtorch PROPERTY INTERFACE_LINK_LIBRARIES "${link}")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  _eif_search_libtorch(libtorch PYTHON "${EIF_PYTHON}" VERSION "${EIF_LIBTORCH_VERSION}")
  if(libtorch_PROBLEM)
    message(FATAL_ERROR "${libtorch_PROBLEM}")
  endif()
  set(kind cpu)
  if(libtorch_CUDA)
    set(kind cuda)
  endif()
  execute_process(COMMAND "${CMAKE_COMMAND}" -E echo
    "${libtorch_FOLDER}\n${libtorch_VERSION}\n${kind}")  # message() would write to standard error
endif()
