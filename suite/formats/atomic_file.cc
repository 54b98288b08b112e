#include "suite/formats/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr char kPrefix[] = ".eif-";
constexpr char kSuffix[] = ".tmp";

// The name under which a new file of a folder is written, unlikely to be taken. It does not contain
// the destination's name, which may be as long as the file system allows.
fs::path temporary_name() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  return absl::StrCat(kPrefix, ::getpid(), "-", now, kSuffix);
}

struct TemporaryFile {
  fs::path path;
  FileDescriptor file;
};

bool is_temporary_name(const std::string& name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return false;
  const std::string numbers =
      name.substr(sizeof(kPrefix) - 1, name.size() - sizeof(kPrefix) - sizeof(kSuffix) + 2);
  return numbers.find('-') != std::string::npos &&
         numbers.find_first_not_of("0123456789-") == std::string::npos;
}

// Removes the file unless somebody is writing it. Whoever writes holds a lock, which ends with the
// process, also on another machine that shares the folder. Without locks, as on some network file
// systems, nothing is removed.
void remove_if_abandoned(const fs::path& path) {
  // Opened for writing: NFS gives an exclusive lock to writers only. Never through a link.
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  struct stat status;
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return;
  const auto age = std::chrono::seconds(::time(nullptr) - status.st_mtime);
  const bool is_ours = S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
  if (!is_ours || age < kAbandonedAfter) return;
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(path.c_str());
}

// Once in a process for each folder: a run writes thousands of files into one.
void remove_abandoned(const fs::path& folder) {
  static std::mutex mutex;
  static std::set<fs::path>& seen = *new std::set<fs::path>();
  {
    const std::lock_guard<std::mutex> lock(mutex);
    if (!seen.insert(folder).second) return;
  }
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_temporary_name(entry->path().filename().string())) remove_if_abandoned(entry->path());
  }
}

// A new file of `folder`, with the access rights that any new file of this user gets. Not open
// where it could not be made; errno says why.
TemporaryFile create_temporary(const fs::path& folder) {
  constexpr int kRights = 0666;  // less the umask
  for (int attempt = 1;; ++attempt) {
    fs::path path = folder / temporary_name();
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kRights));
    // Only another machine or container can have taken the name; the clock soon moves past it.
    const bool is_taken = !file.is_open() && errno == EEXIST;
    // Held until the file is closed. A file system without locks keeps abandoned files, no more.
    if (file.is_open()) ::flock(file.get(), LOCK_EX | LOCK_NB);
    if (!is_taken || attempt == 100) return {std::move(path), std::move(file)};
  }
}

// Forces a folder's list of names to the disk. Some network file systems have no such operation
// and say EINVAL; their files are as safe as they can be.
bool synchronize_folder(const fs::path& folder) {
  const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return file.is_open() && (::fsync(file.get()) == 0 || errno == EINVAL);
}

absl::Status prepare_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(error.value(),
                             absl::StrCat("cannot make the folder ", folder.string()));
}

// Where a file written to `path` really lies, whether it exists yet or not.
absl::StatusOr<fs::path> resolve(const fs::path& path) {
  std::error_code error;
  fs::path resolved = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) {
    return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot write ", path.string()));
  }
  // A rename would put a plain file in place of a device such as /dev/null.
  if (fs::exists(resolved, error) && !fs::is_regular_file(resolved, error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot write ", path.string(), ": it is a folder, device or pipe; name a file instead"));
  }
  return resolved;
}

}  // namespace

absl::StatusOr<AtomicFile> AtomicFile::open(const fs::path& path) {
  absl::StatusOr<fs::path> destination = resolve(path);
  if (!destination.ok()) return destination.status();
  const fs::path folder = destination->parent_path();
  if (absl::Status status = prepare_folder(folder); !status.ok()) return status;
  remove_abandoned(folder);
  TemporaryFile temporary = create_temporary(folder);
  if (!temporary.file.is_open()) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path.string()));
  }
  return AtomicFile(*std::move(destination), std::move(temporary.path), std::move(temporary.file));
}

AtomicFile::AtomicFile(fs::path destination, fs::path temporary, FileDescriptor file)
    : destination_(std::move(destination)),
      temporary_(std::move(temporary)),
      file_(std::move(file)) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : destination_(std::move(other.destination_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)),
      status_(std::move(other.status_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

absl::Status AtomicFile::write(std::string_view content) {
  if (!status_.ok()) return status_;
  while (!content.empty()) {
    const ssize_t written = ::write(file_.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write");
    content.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status AtomicFile::commit() {
  if (!status_.ok()) return status_;
  if (::fsync(file_.get()) != 0) return failed("write");
  if (std::rename(temporary_.c_str(), destination_.c_str()) != 0) return failed("replace");
  temporary_.clear();
  if (!synchronize_folder(destination_.parent_path())) {
    return failed("record on the disk the name of");
  }
  return absl::OkStatus();
}

absl::Status AtomicFile::failed(const char* action) {
  status_ = absl::ErrnoToStatus(errno, absl::StrCat("cannot ", action, " ", destination_.string()));
  return status_;
}

absl::Status write_file_atomically(const fs::path& path, std::string_view content) {
  absl::StatusOr<AtomicFile> file = AtomicFile::open(path);
  if (!file.ok()) return file.status();
  if (absl::Status status = file->write(content); !status.ok()) return status;
  return file->commit();
}

}  // namespace eif
