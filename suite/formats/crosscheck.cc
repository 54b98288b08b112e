// Lets crosscheck_test.py see through the readers and writers of this folder.
//
//   eif_formats_crosscheck rewrite IN OUT     reads a safetensors file and writes it again
//   eif_formats_crosscheck check FILE …       prints "valid" or the refusal, one line per file
//   eif_formats_crosscheck npy OUT            writes [[0, 1, 2], [NaN, inf, -0.5]]
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "suite/formats/atomic_file.h"
#include "suite/formats/npy.h"
#include "suite/formats/safetensors.h"

namespace {

absl::Status rewrite(const std::string& in, const std::string& out) {
  const absl::StatusOr<eif::SafetensorsFile> file = eif::SafetensorsFile::open(in);
  if (!file.ok()) return file.status();
  return eif::write_safetensors(out, file->tensors(), file->metadata());
}

absl::Status check(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const absl::Status status = eif::SafetensorsFile::open(path).status();
    std::cout << (status.ok() ? "valid" : std::string(status.message())) << "\n";
  }
  return absl::OkStatus();
}

absl::Status write_npy(const std::string& out) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<double> values = {0, 1, 2, kNan, kInfinity, -0.5};
  return eif::write_file_atomically(out, eif::npy_bytes(2, 3, values));
}

absl::Status run(const std::vector<std::string>& arguments) {
  const std::string command = arguments.empty() ? "" : arguments[0];
  if (command == "rewrite" && arguments.size() == 3) return rewrite(arguments[1], arguments[2]);
  if (command == "check") return check({arguments.begin() + 1, arguments.end()});
  if (command == "npy" && arguments.size() == 2) return write_npy(arguments[1]);
  return absl::InvalidArgumentError("expected rewrite IN OUT, check FILE … or npy OUT");
}

}  // namespace

int main(int count, char** arguments) {
  const absl::Status status = run({arguments + 1, arguments + count});
  if (!status.ok()) std::cerr << status.message() << "\n";
  return status.ok() ? 0 : 1;
}
