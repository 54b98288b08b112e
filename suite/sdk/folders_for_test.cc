#include "suite/sdk/folders_for_test.h"

namespace eif {

std::filesystem::path source_folder() { return EIF_SOURCE_DIR; }
std::filesystem::path build_folder() { return EIF_BINARY_DIR; }

}  // namespace eif
