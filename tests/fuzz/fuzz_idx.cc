// IDX files of images and of labels, plain and gzip. They are read by name, so each input becomes
// a file in memory.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "suite/formats/idx.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr int kClasses = 10;

class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("fuzz_idx", MFD_CLOEXEC)) {
    eif::fuzz::require(descriptor_ >= 0, "the system has files in memory");
  }

  void fill(const uint8_t* data, size_t size) const {
    eif::fuzz::require(::ftruncate(descriptor_, 0) == 0, "a file in memory can be emptied");
    for (size_t done = 0; done < size;) {
      const ssize_t count =
          ::pwrite(descriptor_, data + done, size - done, static_cast<off_t>(done));
      eif::fuzz::require(count > 0, "a file in memory can be written");
      done += static_cast<size_t>(count);
    }
  }

  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void read_images(const std::string& path) {
  const auto images = eif::read_idx_images(path);
  if (!images.ok()) {
    eif::fuzz::refuse(images.status(),
                      {absl::StatusCode::kInvalidArgument, absl::StatusCode::kDataLoss});
    return;
  }
  eif::fuzz::require(images->pixels.size() == images->count * images->height * images->width,
                     "images have as many pixels as their sizes say");
  eif::fuzz::accept();
}

void read_labels(const std::string& path) {
  const auto labels = eif::read_idx_labels(path, kClasses);
  if (!labels.ok()) {
    eif::fuzz::refuse(labels.status(),
                      {absl::StatusCode::kInvalidArgument, absl::StatusCode::kDataLoss});
    return;
  }
  eif::fuzz::require(
      std::all_of(labels->begin(), labels->end(), [](uint8_t label) { return label < kClasses; }),
      "labels are below the number of classes");
  eif::fuzz::accept();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const MemoryFile file;
  file.fill(data, size);
  read_images(file.path());
  read_labels(file.path());
  return 0;
}
