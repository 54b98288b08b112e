set(EIF_PYTHON "${PROJECT_SOURCE_DIR}/.venv/bin/python" CACHE FILEPATH
    "Python with the packages of tools/requirements.txt")
set(EIF_LIBTORCH "" CACHE PATH
    "Folder with libtorch's include/ and lib/; empty: CMAKE_PREFIX_PATH, then Python environments")

include(EifLibtorch)
eif_find_libtorch(PYTHON "${EIF_PYTHON}")
list(APPEND CMAKE_BUILD_RPATH ${EIF_LIBTORCH_RUN_PATH})

find_package(absl REQUIRED)
find_package(Boost 1.74 REQUIRED)  # headers only
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
