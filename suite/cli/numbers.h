// What numbers an option takes, and what is said of those it does not take: what was found and what
// was expected. CLI11's own checks let NaN and infinity pass, read 010 as 8, and speak of "could
// not convert".
//
//   command.add_option("--seeds", options.seeds, "…")->check(whole_number(1, 1000000));
//   // --seeds: found "few", expected a whole number from 1 to 1000000
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <limits>
#include <string>

namespace eif {

// Decimal digits, both ends included.
CLI::Validator whole_number(uint64_t smallest = 0,
                            uint64_t largest = std::numeric_limits<uint64_t>::max());

// A finite number, 0 or more; or `word`, where it is given.
CLI::Validator not_negative(const std::string& word = "");

// A finite number above 0.
CLI::Validator positive();

// Bytes above 0, alone or with a unit: k, kB, M, MB, G, GB, T, TB (powers of 1000), Ki, KiB and so
// on (of 1024), in any case. Becomes the number of bytes.
CLI::Validator memory_size();

// A time above 0 with its units: 90s, 20m, 1h30m. Becomes the number of seconds.
CLI::Validator duration();

}  // namespace eif
