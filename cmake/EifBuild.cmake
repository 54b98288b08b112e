# Compiler settings for every target of the project.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(EIF_SANITIZE "" CACHE STRING "Sanitizers for all targets, as in -fsanitize=")

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(EIF_PLUGIN_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib/eif-suite")

find_program(EIF_CCACHE ccache)
if(EIF_CCACHE)
  # With these ccache serves objects that use a precompiled header, which has a file that stands for it
  # (EifTargets.cmake), and with the base folder every clone of this tree, wherever it lies.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_PCH_EXTSUM=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${EIF_CCACHE})
endif()

add_library(eif_compile_options INTERFACE)
# Designated initialisers leave out what has a default, and interfaces name what some ignore.
target_compile_options(eif_compile_options INTERFACE -Wall -Wextra
  -Wno-missing-field-initializers -Wno-unused-parameter -fpch-preprocess)
# Static libraries bring along the libraries of all that is in them; what a program does not call, it
# need not load.
target_link_options(eif_compile_options INTERFACE "LINKER:--as-needed")
if(EIF_SANITIZE)
  # vptr checks need the type information of hidden torch classes, which libtorch does not export.
  target_compile_options(eif_compile_options INTERFACE
    -fsanitize=${EIF_SANITIZE} -fno-sanitize-recover=undefined -fno-sanitize=vptr
    -fno-omit-frame-pointer)
  target_link_options(eif_compile_options INTERFACE -fsanitize=${EIF_SANITIZE})
endif()
