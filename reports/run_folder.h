// A run on disk: run.json, and beside it each matrix. One process writes to it at a time.
//
//   absl::StatusOr<std::unique_ptr<RunFolder>> folder = RunFolder::open("out", request, context,
//   {}); if (!folder.ok()) return folder.status(); RunResult run = run_suite(plan, **folder,
//   monitor);       // goes on where an earlier start was
//
//   absl::StatusOr<std::unique_ptr<RecordedRun>> recorded = RecordedRun::open("out");
//   std::cout << terminal_report(recorded->run(), …);
//
//   DIR/run.json                                              reports/run_json.h
//   DIR/matrices/MODEL/DESIDERATUM/seedN_REQUEST.npy          reports/matrix_files.h
//   DIR/explanations/MODEL/DESIDERATUM/seedN_REQUEST.json     reports/explanation_json.h
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "suite/core/run_result.h"
#include "suite/core/run_store.h"
#include "suite/formats/file_descriptor.h"

namespace eif {

// A run as it was written down, to make reports of.
class RecordedRun final : public RunMatrices {
 public:
  // `path`: a run's folder, or its run.json, which may lie elsewhere where no matrix is read.
  // kNotFound, kInvalidArgument: no such file, or not the document of a run.
  static absl::StatusOr<std::unique_ptr<RecordedRun>> open(const std::filesystem::path& path);

  const RunResult& run() const { return run_; }
  const std::filesystem::path& path() const { return path_; }  // of run.json
  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const override;
  absl::StatusOr<Explanation> read_explanation(const MatrixRecord& record) const override;

 private:
  RecordedRun(std::filesystem::path path, RunResult run)
      : path_(std::move(path)), run_(std::move(run)) {}

  std::filesystem::path path_;
  RunResult run_;
};

class RunFolder final : public RunStore {
 public:
  struct Options {
    bool fresh = false;  // an earlier run there gives way, once the first seed of this one is there
  };

  // Takes the folder, and makes it where it is missing; nothing in it changes yet.
  // kInvalidArgument, with what to do: another run is there, or what is there is no run.
  // kUnavailable: another process writes to it. Other errors: nobody may write there.
  static absl::StatusOr<std::unique_ptr<RunFolder>> open(const std::filesystem::path& path,
                                                         const RunRequest& request,
                                                         const RunContext& context,
                                                         const Options& options);

  // Below `root`: the newest folder in which the same run was cut off, or else a new one that is
  // named by the time, 20260228-235959, with -2, -3, … behind it where that is taken.
  static absl::StatusOr<std::unique_ptr<RunFolder>> open_below(const std::filesystem::path& root,
                                                               const RunRequest& request,
                                                               const RunContext& context,
                                                               const Options& options);

  // Removes the folder again where it was made and nothing was written.
  ~RunFolder() override;

  const std::filesystem::path& path() const { return path_; }
  // Whether run.json was written by this object.
  bool has_written() const { return has_written_; }

  const RunResult* earlier() const override { return earlier_.get(); }
  absl::StatusOr<MeasuredMatrix> read(const MatrixRecord& record) const override;
  absl::StatusOr<Explanation> read_explanation(const MatrixRecord& record) const override;
  absl::Status keep(const MeasuredMatrix& measured) override;
  // Nothing is written before a seed is complete, so that a run which is stopped at once leaves an
  // earlier one whole.
  absl::Status write(RunResult& run) override;

 private:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  absl::Status take();
  absl::Status find_earlier(const RunRequest& request, const RunContext& context, bool fresh);
  // Files of a run that gives way.
  void remove_stale();
  std::string new_path(const MatrixKey& key);

  std::filesystem::path path_;
  bool is_new_ = false;
  bool root_is_new_ = false;  // the folder above was made for it, too
  std::optional<FileDescriptor> lock_;
  std::unique_ptr<RunResult> earlier_;
  std::vector<MatrixRecord> stale_;
  std::map<MatrixKey, MatrixRecord> matrices_;
  std::map<std::string, MatrixKey> paths_;
  bool has_written_ = false;
};

}  // namespace eif
