// A desideratum that a file declares: to the harness it is like one of a plugin.
//
//   absl::StatusOr<std::unique_ptr<DeclaredDesideratum>> mine = read_declared_desideratum(
//       "speaks_french.toml");
//   if (!mine.ok()) return mine.status();
//   plan.desiderata.push_back({(*mine)->id(), (*mine)->version(), mine->get()});
//
// Of its own samples it asks for the cells that its sums read, and for what the self scale is made
// of. Of a built-in domain it asks for what every desideratum does
// (desiderata/shared/text_domains.h), so that the measurement is shared and the self scale is the
// same.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "desiderata/declared/declaration.h"
#include "eif/desideratum.h"

namespace eif {

class DeclaredDesideratum final : public Desideratum {
 public:
  // digest: of the file's contents, so that a report can say which one it was.
  DeclaredDesideratum(Declaration declaration, std::string digest);

  const std::string& id() const { return declaration_.id; }
  const std::string& version() const { return declaration_.version; }
  const std::string& digest() const { return digest_; }
  const Declaration& declaration() const { return declaration_; }

  DesideratumInfo info() const override;
  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override;
  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const override;

 private:
  Declaration declaration_;
  std::string digest_;
};

// `file` names the source of `toml` in messages. Errors: those of parse_declaration().
absl::StatusOr<std::unique_ptr<DeclaredDesideratum>> parse_declared_desideratum(
    std::string_view toml, const std::string& file);

// Errors: those of read_text_file() and parse_declaration().
absl::StatusOr<std::unique_ptr<DeclaredDesideratum>> read_declared_desideratum(
    const std::string& path);

}  // namespace eif
