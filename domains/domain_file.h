// The TOML files samples are written in.
//
//   name = "bigger_than"                      # required in a domain: [a-z][a-z0-9_]*
//   description = "Size, in chains of two"    # required, one line
//   source = "3.2"                            # section of the paper, if any
//   known_entities = ["SQUARE"]               # that are no placeholders (domain.h), if any
//
//   [[sample]]
//   id = "chain"                              # required: [a-z][a-z0-9_]*, distinct
//   text = ["{A} is bigger than {B}.",        # required: one statement, or an array of them; each
//           "{B} is bigger than {C}."]        # may have line breaks, as in """…"""
//   prompt = "Is {A} bigger than {C}?"        # in place of text, with completion: it is read, and
//   completion = " Yes."                      # the completion is scored; both as text, of one length
//   extended = true                           # default false; this and the rest: domain.h
//   train = true                              # default true
//   evaluate = false                          # default true
//   note = "for a reader"
//   exchange = ["B", "spare"]                 # there is a second sample, exchanged_chain, with these
//                                             # entities in each other's places (exchange.h)
//
// A samples file, which users write for their own measurements, has the [[sample]] tables alone,
// with `id` (any line of text), and `text`, or `prompt` and `completion`. Its text is taken as it is: braces mean nothing.
//
// All errors are kInvalidArgument and begin with "file:line:".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "domains/domain.h"
#include "eif/domain.h"

namespace eif {

// `file` names the source of `toml` in messages; no file is opened.
absl::StatusOr<DomainTemplate> parse_domain(std::string_view toml, const std::string& file);
// The [[sample]] tables alone, of a file that has other keys besides; whoever asks checks those.
absl::StatusOr<std::vector<SampleTemplate>> parse_sample_templates(std::string_view toml,
                                                                   const std::string& file);
absl::StatusOr<std::vector<Sample>> parse_samples_file(std::string_view toml,
                                                       const std::string& file);

}  // namespace eif
