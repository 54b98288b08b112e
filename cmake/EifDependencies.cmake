# libtorch: any on CMAKE_PREFIX_PATH (or Torch_DIR) wins; otherwise the one inside the project's
# Python environment, which tools/setup.sh makes.
set(EIF_PYTHON "${PROJECT_SOURCE_DIR}/.venv/bin/python" CACHE FILEPATH
    "Python with the packages of tools/requirements.txt")

find_package(Torch QUIET)
if(NOT Torch_FOUND)
  execute_process(
    COMMAND "${EIF_PYTHON}" -c "import torch; print(torch.utils.cmake_prefix_path)"
    OUTPUT_VARIABLE eif_torch_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
    RESULT_VARIABLE eif_torch_status)
  if(NOT eif_torch_status EQUAL 0)
    message(FATAL_ERROR "libtorch was not found on CMAKE_PREFIX_PATH, and ${EIF_PYTHON} has no torch. "
                        "Run tools/setup.sh, or pass -DCMAKE_PREFIX_PATH=/path/to/libtorch.")
  endif()
  list(APPEND CMAKE_PREFIX_PATH "${eif_torch_prefix}")
  find_package(Torch REQUIRED)
endif()
if(Torch_VERSION AND Torch_VERSION VERSION_LESS 2.11)
  message(FATAL_ERROR "libtorch ${Torch_VERSION} was found; 2.11 or newer is needed.")
endif()
# torch puts its flags into a variable for the whole directory; the imported target carries the rest.
set(CMAKE_CXX_FLAGS "${CMAKE_CXX_FLAGS} ${TORCH_CXX_FLAGS}")

find_package(absl REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS filesystem)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
