// Claims files: sentences that have nothing to do with each other (A.2.5 of the paper), one a line.
//
//   # A comment, such as where the next claim comes from.
//   Sea ice reflects more sunlight than open water.
//
// The built-in claims.txt was written for this project; claims_from_arxiv.py makes such a file from
// the abstracts of preprints, as the paper did.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domains/domain.h"

namespace eif {

inline constexpr size_t kMaxClaims = 100000;

// The claims in order, without white space at their ends. `file` names the source of `text` in
// messages; no file is opened. Blank lines and lines that begin with # are skipped.
// kInvalidArgument, with "file:line:" in front: a line that is no text (statement.h), a claim
// that is there already, more than kMaxClaims, or none at all.
absl::StatusOr<std::vector<std::string>> parse_claims(std::string_view text,
                                                      const std::string& file);

// A domain with one sample for each claim: claim_001, claim_002, … A draw takes `chosen` of them;
// 0: all. Braces in a claim stay braces.
DomainTemplate claims_domain(const std::string& name, const std::vector<std::string>& claims,
                             size_t chosen);

}  // namespace eif
