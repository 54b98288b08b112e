#include "domains/claims.h"

#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "domains/statement.h"

namespace eif {
namespace {

// Cuts the first line off `text`.
std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string trimmed(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r";
  const size_t first = line.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return "";
  return std::string(line.substr(first, line.find_last_not_of(kSpace) - first + 1));
}

// "007" for 7 of up to 999.
std::string padded(size_t number, size_t largest) {
  const std::string digits = std::to_string(number);
  return std::string(std::to_string(largest).size() - digits.size(), '0') + digits;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> parse_claims(std::string_view text,
                                                      const std::string& file) {
  std::vector<std::string> claims;
  std::map<std::string, size_t> first_line;
  for (size_t line = 1; !text.empty(); ++line) {
    std::string claim = trimmed(take_line(text));
    if (claim.empty() || claim.front() == '#') continue;
    const auto error = [&](const std::string& what) {
      return absl::InvalidArgumentError(absl::StrCat(file, ":", line, ": ", what));
    };
    if (absl::Status status = check_line(claim); !status.ok()) {
      return error(absl::StrCat("the claim ", std::string(status.message())));
    }
    if (claims.size() == kMaxClaims) {
      return error(absl::StrCat("there are more than ", kMaxClaims, " claims; use a part of them"));
    }
    const auto [first, is_new] = first_line.emplace(claim, line);
    if (!is_new) {
      return error(
          absl::StrCat("the claim is already on line ", first->second, "; claims are distinct"));
    }
    claims.push_back(std::move(claim));
  }
  if (claims.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":1: there is no claim; expected one sentence a line"));
  }
  return claims;
}

DomainTemplate claims_domain(const std::string& name, const std::vector<std::string>& claims,
                             size_t chosen) {
  DomainTemplate domain;
  domain.name = name;
  domain.chosen = chosen;
  const size_t largest = claims.size() < 100 ? 100 : claims.size();  // three digits at least
  for (size_t i = 0; i < claims.size(); ++i) {
    domain.samples.push_back(
        {absl::StrCat("claim_", padded(i + 1, largest)), {escape_braces(claims[i])}, SampleRole()});
  }
  return domain;
}

}  // namespace eif
