// What every page has, whatever it is about: a head whose Content-Security-Policy names the page's own
// style and script and nothing else, and parts that look alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/run_notes.h"

namespace eif {

struct PageParts {
  std::string title, counts;     // text
  std::string navigation, main;  // HTML
};

std::string page_html(const PageParts& parts);

// The section "What stands out".
std::string notes_html(const std::vector<RunNote>& notes);

// A line of a <dl class="facts">.
std::string fact_html(std::string_view name, std::string_view value);

// The scale of every matrix below.
std::string color_key_html();

}  // namespace eif
