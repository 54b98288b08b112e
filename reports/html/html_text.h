// Text and numbers within the page.
#pragma once

#include <string>
#include <string_view>

#include "suite/core/run_result.h"
#include "suite/core/verdict.h"

namespace eif {

// Text of files, plugins and users: shown as it is, on one line, in an element or an attribute.
std::string html_text(std::string_view text);

// The same in an element, where a line may also end after "_": names of expectations are long.
std::string html_prose(std::string_view text);

// As the value of an id or the end of a link: letters, digits and "-", and different names stay
// different.
std::string html_anchor(std::string_view name);

// "−0.047"; "–" for what is no number.
std::string html_number(double value);

// "[−0.047, 0.120]"; "-" where it is unknown.
std::string html_interval(const Interval& interval);

// The verdict in its colour. Of a desideratum as verdict_text() has it.
std::string html_verdict(Verdict verdict);
std::string html_verdict(const DesideratumResult& result);

}  // namespace eif
