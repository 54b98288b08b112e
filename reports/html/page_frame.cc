#include "reports/html/page_frame.h"

#include <array>
#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "reports/html/assets.h"
#include "reports/html/heat_scale.h"
#include "reports/html/html_text.h"
#include "reports/html/sha256.h"

namespace eif {
namespace {

std::string hash_source(std::string_view text) {
  const std::array<uint8_t, 32> digest = sha256(text);
  return absl::StrCat("'sha256-", absl::Base64Escape(std::string(digest.begin(), digest.end())),
                      "'");
}

std::string head_html(const std::string& title) {
  const std::string style = absl::StrCat(kPageCss, heat_style());
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
      "style-src ",
      hash_source(style), "; script-src ", hash_source(kPageScript),
      "; base-uri 'none'; form-action 'none'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>",
      html_text(title), "</title>\n<style>", style, "</style></head>\n");
}

const char* severity_class(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kRemark:
      break;
  }
  return "remark";
}

}  // namespace

std::string notes_html(const std::vector<RunNote>& notes) {
  std::string html = "<section id=\"stands-out\"><h2>What stands out</h2>\n";
  if (notes.empty()) return html + "<p>Nothing.</p></section>\n";
  html += "<ul class=\"notes\">\n";
  for (const RunNote& note : notes) {
    absl::StrAppend(&html, "<li class=\"", severity_class(note.severity), "\"><b>",
                    html_text(note.subject), "</b>: ", html_prose(note.text), "</li>\n");
  }
  return html + "</ul></section>\n";
}

std::string fact_html(std::string_view name, std::string_view value) {
  return absl::StrCat("<div><dt>", html_text(name), "</dt><dd>", html_text(value), "</dd></div>\n");
}

std::string color_key_html() {
  std::string html =
      "<p class=\"key-bar\"><span class=\"faint\">Colours of a matrix: training on the row hurts "
      "the "
      "column</span> <svg width=\"246\" height=\"14\" role=\"img\" aria-label=\"from blue, the row "
      "hurts "
      "the column, over white, it does nothing, to red, it helps\">";
  const std::vector<std::string> palette = heat_palette();
  for (size_t i = 1; i < palette.size(); ++i) {
    absl::StrAppend(&html, "<rect x=\"", 6 * (i - 1), "\" width=\"6\" height=\"14\" fill=\"",
                    palette[i], "\"/>");
  }
  return absl::StrCat(html,
                      "</svg> <span class=\"faint\">helps it, by as much as a sample does for "
                      "itself or more. Grey: not measured, or not asked for.</span></p>\n");
}

std::string page_html(const PageParts& parts) {
  return absl::StrCat(head_html(parts.title), "<body>\n<header><h1>", html_text(parts.title),
                      "</h1>\n<p class=\"counts\">", html_text(parts.counts), ".</p>\n",
                      parts.navigation, "</header>\n<main>\n", parts.main, "</main>\n<script>",
                      kPageScript, "</script>\n</body></html>\n");
}

}  // namespace eif
