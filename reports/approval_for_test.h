// Reports for people are compared as a whole with a file in tests/approved. To accept what one has
// become, look at it with EIF_APPROVE=1 set, which writes the file instead of comparing:
//
//   EIF_APPROVE=1 build/release/tests/eif_reports_test --gtest_filter='TerminalReport.*'
//   git diff tests/approved
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "suite/formats/test_files.h"
#include "suite/sdk/folders_for_test.h"

namespace eif {

inline void expect_approved(const std::string& name, const std::string& text) {
  const std::filesystem::path path = source_folder() / "tests" / "approved" / name;
  if (std::getenv("EIF_APPROVE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(text, bytes_of(path)) << "EIF_APPROVE=1 accepts the new text; see " << __FILE__;
}

}  // namespace eif
