// Matrices that runs have in common, each set in a file of the user's cache: BUILD/NAME.json in a
// folder for all builds of the program. BUILD is a digest of the code that computed them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "suite/core/run_store.h"

namespace eif {

class FileMatrixCache final : public MatrixCache {
 public:
  struct Options {
    bool fresh = false;  // nothing is found, and what is kept takes the place of what was there
  };

  // What other builds have there is removed, where nothing was added to it for a month.
  FileMatrixCache(const std::filesystem::path& builds, const std::string& build,
                  const Options& options);

  absl::StatusOr<std::vector<MeasuredMatrix>> find(const std::string& name) const override;
  absl::Status keep(const std::string& name, const std::vector<MeasuredMatrix>& matrices) override;
  std::string place() const override { return folder_.string(); }

 private:
  std::filesystem::path file_of(const std::string& name) const;

  std::filesystem::path folder_;
  Options options_;
};

}  // namespace eif
