#include "reports/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reports/explanation_json.h"
#include "reports/file_name.h"
#include "reports/measured_matrix.h"
#include "reports/run_json.h"
#include "suite/core/dose.h"
#include "suite/formats/atomic_file.h"
#include "suite/formats/text_file.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

constexpr char kDocument[] = "run.json";
// Folders below that of the run.
constexpr char kMatrices[] = "matrices/";
constexpr char kExplanations[] = "explanations/";
constexpr char kLock[] = ".lock";
// Folders that are looked into for a run that was cut off.
constexpr size_t kMostFoldersSearched = 20;

// Of a hundred samples in a model of some hundred layers.
constexpr size_t kLargestExplanation = size_t{256} << 20;

constexpr char kWhatToDo[] =
    "give --fresh to measure anew in its place, or another folder with --out";

absl::StatusOr<RunResult> read_document(const fs::path& file) {
  const absl::StatusOr<std::string> text = read_text_file(file);
  if (!text.ok()) return text.status();
  return parse_run_json(*text, file.string());
}

// Of the matrix at `path`.
std::string explanation_path(const std::string& path) {
  return absl::StrCat(kExplanations, path.substr(sizeof(kMatrices) - 1), ".json");
}

std::string explanation_document(const MeasuredMatrix& measured) {
  Json json = {{"model", measured.key.model},
               {"desideratum", measured.key.desideratum},
               {"seed", measured.key.seed},
               {"request", measured.key.request},
               {"trained", measured.matrix.trained_ids()},
               {"evaluated", measured.matrix.evaluated_ids()}};
  json.update(explanation_json(*measured.explanation));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<Explanation> explanation_of(const fs::path& folder, const MatrixRecord& record) {
  if (record.explanation.empty()) return absl::NotFoundError("nothing explains it");
  const std::string file = (folder / record.explanation).string();
  const absl::StatusOr<std::string> text = read_text_file(file, kLargestExplanation);
  if (!text.ok()) return text.status();
  return parse_explanation(*text, file);
}

// Plugins by what they are called, without those that the run did not ask for.
std::vector<std::string> plugins_of(const RunContext& context) {
  std::vector<std::string> plugins;
  for (const PluginContext& one : context.plugins) {
    plugins.push_back(
        absl::StrCat(one.id, " ", one.version, one.digest.empty() ? "" : " ", one.digest));
  }
  std::sort(plugins.begin(), plugins.end());
  return plugins;
}

// Why a run that is there is not the start of this one; empty where it is. More seeds are the same
// run, and go on, and so is a control beside a run that had none, or beside what holds.
std::vector<std::string> obstacles(const RunResult& earlier, const RunRequest& request,
                                   const RunContext& context) {
  std::vector<std::string> texts;
  for (const FieldDifference& difference : differences_between(earlier.request, request)) {
    const bool only_adds = difference.name == "beside" && (!earlier.request.has_beside() ||
                                                           earlier.request.has_beside_what_holds());
    if (difference.name != "seeds" && !only_adds) texts.push_back(difference_text(difference));
  }
  for (const ModelContext& model : earlier.context.models) {
    for (const uint64_t seed : model.seeds) {
      if (std::count(request.seeds.begin(), request.seeds.end(), seed) > 0) continue;
      texts.push_back(
          absl::StrCat("it has seed ", seed, " of ", model.name, ", which is not asked for"));
      break;
    }
  }
  const auto compare = [&](const char* what, const std::string& before, const std::string& now) {
    if (before != now) texts.push_back(absl::StrCat(what, " was ", before, ", is ", now));
  };
  compare("the version of eif-suite", earlier.context.program_version, context.program_version);
  compare("the version of torch", earlier.context.torch_version, context.torch_version);
  if (plugins_of(earlier.context) != plugins_of(context)) {
    texts.push_back(absl::StrCat("its plugins were ",
                                 absl::StrJoin(plugins_of(earlier.context), ", "), ", are ",
                                 absl::StrJoin(plugins_of(context), ", ")));
  }
  return texts;
}

}  // namespace

// ---- Reading ----------------------------------------------------------------------------------

absl::StatusOr<std::unique_ptr<RecordedRun>> RecordedRun::open(const fs::path& path) {
  std::error_code ignored;
  fs::path file = fs::is_directory(path, ignored) ? path / kDocument : path;
  absl::StatusOr<RunResult> run = read_document(file);
  if (!run.ok()) return run.status();
  return std::unique_ptr<RecordedRun>(new RecordedRun(std::move(file), *std::move(run)));
}

absl::StatusOr<MeasuredMatrix> RecordedRun::read(const MatrixRecord& record) const {
  return read_measured_matrix(path_.parent_path() / record.path, record);
}

absl::StatusOr<MeasuredMatrix> RunFolder::read(const MatrixRecord& record) const {
  return read_measured_matrix(path_ / record.path, record);
}

absl::StatusOr<Explanation> RecordedRun::read_explanation(const MatrixRecord& record) const {
  return explanation_of(path_.parent_path(), record);
}

absl::StatusOr<Explanation> RunFolder::read_explanation(const MatrixRecord& record) const {
  return explanation_of(path_, record);
}

// ---- Taking a folder --------------------------------------------------------------------------

absl::StatusOr<std::unique_ptr<RunFolder>> RunFolder::open(const fs::path& path,
                                                           const RunRequest& request,
                                                           const RunContext& context,
                                                           const Options& options) {
  std::unique_ptr<RunFolder> folder(new RunFolder(path));
  if (absl::Status status = folder->take(); !status.ok()) return status;
  if (absl::Status status = folder->find_earlier(request, context, options.fresh); !status.ok()) {
    return status;
  }
  return folder;
}

absl::StatusOr<std::unique_ptr<RunFolder>> RunFolder::open_below(const fs::path& root,
                                                                 const RunRequest& request,
                                                                 const RunContext& context,
                                                                 const Options& options) {
  std::vector<fs::path> there;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(root, ignored)) {
    if (entry.is_directory(ignored)) there.push_back(entry.path());
  }
  std::sort(there.rbegin(), there.rend());  // newest first
  if (there.size() > kMostFoldersSearched) there.resize(kMostFoldersSearched);
  for (const fs::path& path : there) {
    if (options.fresh) break;
    const absl::StatusOr<RunResult> earlier = read_document(path / kDocument);
    if (!earlier.ok() || earlier->end == RunEnd::kComplete) continue;
    if (!obstacles(*earlier, request, context).empty()) continue;
    auto folder = open(path, request, context, options);
    if (folder.ok()) return folder;  // otherwise that run is still under way
  }
  // "2026-02-28T23:59:59Z" → "20260228-235959"
  std::string name = context.started_at;
  std::erase_if(name, [](char c) { return c == '-' || c == ':' || c == 'Z'; });
  std::replace(name.begin(), name.end(), 'T', '-');
  const bool root_is_new = fs::create_directories(root, ignored);
  for (int number = 1;; ++number) {
    const fs::path path = root / (number == 1 ? name : absl::StrCat(name, "-", number));
    std::error_code error;
    // Made by this call and no other, so that two runs which begin at once have two folders.
    const bool is_made = fs::create_directory(path, error);
    if (error) {
      return absl::ErrnoToStatus(error.value(),
                                 absl::StrCat("cannot make the folder ", path.string(),
                                              " for the run (another place: --out DIR)"));
    }
    if (!is_made) continue;
    auto folder = open(path, request, context, options);
    if (folder.ok()) {
      (*folder)->is_new_ = true;
      (*folder)->root_is_new_ = root_is_new;
    }
    return folder;
  }
}

// Makes the folder, and sees that it can be written to before anything is measured.
absl::Status RunFolder::take() {
  std::error_code error;
  is_new_ = fs::create_directories(path_, error);
  if (error) {
    return absl::ErrnoToStatus(
        error.value(), absl::StrCat("cannot make the folder ", path_.string(), " for the run"));
  }
  const fs::path lock = path_ / kLock;
  FileDescriptor file(::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.is_open()) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write to the folder ", path_.string()));
  }
  // Where a file system has no locks, nobody is kept out.
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return absl::UnavailableError(absl::StrCat("another run is writing to ", path_.string(),
                                               ": wait for it, or name another --out"));
  }
  lock_.emplace(std::move(file));
  return absl::OkStatus();
}

absl::Status RunFolder::find_earlier(const RunRequest& request, const RunContext& context,
                                     bool fresh) {
  const fs::path file = path_ / kDocument;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return absl::OkStatus();
  absl::StatusOr<RunResult> earlier = read_document(file);
  if (fresh) {
    if (earlier.ok()) stale_ = std::move(earlier->matrices);
    return absl::OkStatus();
  }
  if (!earlier.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(std::string(earlier.status().message()), "; ", kWhatToDo));
  }
  const std::vector<std::string> why = obstacles(*earlier, request, context);
  if (!why.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path_.string(), " has another run (",
                                                   absl::StrJoin(why, "; "), "): ", kWhatToDo));
  }
  for (const MatrixRecord& record : earlier->matrices) {
    matrices_[record.key] = record;
    paths_[record.path] = record.key;
  }
  earlier_ = std::make_unique<RunResult>(*std::move(earlier));
  return absl::OkStatus();
}

RunFolder::~RunFolder() {
  if (!is_new_ || has_written_ || !matrices_.empty()) return;
  std::error_code ignored;
  fs::remove(path_ / kLock, ignored);
  fs::remove(path_, ignored);  // only where it is empty
  if (root_is_new_) fs::remove(path_.parent_path(), ignored);
}

// ---- Writing ----------------------------------------------------------------------------------

void RunFolder::remove_stale() {
  std::error_code ignored;
  if (!stale_.empty()) fs::remove(path_ / kDocument, ignored);
  for (const MatrixRecord& record : stale_) {
    for (const char* end : {".npy", ".csv", ".json"}) {
      fs::remove(path_ / (record.path + end), ignored);
    }
    if (!record.explanation.empty()) fs::remove(path_ / record.explanation, ignored);
  }
  stale_.clear();
}

namespace {

// "_dose-0.9", and "_passes-4" where all rows took so many; nothing of what was not learned.
std::string learned_suffix(const MatrixKey& key) {
  if (!is_learned_dose(key.dose)) return "";
  return absl::StrCat("_dose-", key.dose,
                      key.passes == 0 ? "" : absl::StrCat("_passes-", key.passes));
}

}  // namespace

// Names that differ only in what a file name cannot hold get a number.
std::string RunFolder::new_path(const MatrixKey& key) {
  const std::string wanted = absl::StrCat(
      kMatrices, file_name(key.model), "/", file_name(key.desideratum), "/seed", key.seed, "_",
      file_name(key.request), key.condition == Condition::kInContext ? "_in_context" : "",
      learned_suffix(key), key.control.empty() ? "" : "_beside-", key.control);
  for (int number = 1;; ++number) {
    const std::string path = number == 1 ? wanted : absl::StrCat(wanted, "-", number);
    if (paths_.try_emplace(path, key).first->second == key) return path;
  }
}

absl::Status RunFolder::keep(const MeasuredMatrix& measured) {
  remove_stale();
  matrices_.erase(measured.key);
  const std::string path = new_path(measured.key);
  absl::StatusOr<std::string> digest = write_measured_matrix(path_ / path, measured);
  if (!digest.ok()) return digest.status();
  MatrixRecord record{measured.key, path, *std::move(digest)};
  if (measured.explanation) {
    record.explanation = explanation_path(path);
    const absl::Status written =
        write_file_atomically(path_ / record.explanation, explanation_document(measured));
    if (!written.ok()) return written;
  }
  matrices_[measured.key] = std::move(record);
  return absl::OkStatus();
}

absl::Status RunFolder::write(RunResult& run) {
  run.matrices.clear();
  for (const auto& [key, record] : matrices_) run.matrices.push_back(record);
  if (!has_complete_seeds(run)) return absl::OkStatus();
  remove_stale();
  const absl::Status written = write_file_atomically(path_ / kDocument, run_json(run));
  if (written.ok()) has_written_ = true;
  return written;
}

}  // namespace eif
