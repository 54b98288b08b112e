#include "reports/matrix_cache.h"

#include <chrono>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "reports/measured_matrix.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/digest.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kKeptUnused{24 * 30};

// In front of the document, so that a flipped bit is noticed.
std::string digest_line(const std::string& document) {
  Digest digest;
  digest.add(document);
  return digest.hex() + "\n";
}

}  // namespace

FileMatrixCache::FileMatrixCache(const fs::path& builds, const std::string& build,
                                 const Options& options)
    : folder_(builds / build), options_(options) {
  std::error_code ignored;
  const auto now = fs::file_time_type::clock::now();
  for (const fs::directory_entry& other : fs::directory_iterator(builds, ignored)) {
    std::error_code error;
    const auto added = fs::last_write_time(other.path(), error);
    const bool is_old = !error && now - added > kKeptUnused;
    if (is_old && other.path() != folder_) fs::remove_all(other.path(), ignored);
  }
}

fs::path FileMatrixCache::file_of(const std::string& name) const {
  return folder_ / absl::StrCat(name, ".json");
}

absl::StatusOr<std::vector<MeasuredMatrix>> FileMatrixCache::find(const std::string& name) const {
  if (options_.fresh) return absl::NotFoundError("what is there is to be measured anew");
  const fs::path file = file_of(name);
  const absl::StatusOr<std::string> text = read_text_file(file);
  if (!text.ok()) return text.status();
  const size_t line = text->find('\n');
  const std::string document = line == std::string::npos ? "" : text->substr(line + 1);
  if (digest_line(document) != text->substr(0, line + 1)) {
    return absl::DataLossError(absl::StrCat(file.string(), " was changed or damaged"));
  }
  return parse_measured_matrices(document, file.string());
}

absl::Status FileMatrixCache::keep(const std::string& name,
                                   const std::vector<MeasuredMatrix>& matrices) {
  const std::string document = measured_matrices_json(matrices);
  return write_file_atomically(file_of(name), digest_line(document) + document);
}

}  // namespace eif
