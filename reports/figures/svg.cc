#include "reports/figures/svg.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace eif {
namespace {

// Letters of DejaVu Sans, the widest of the usual sans-serif fonts, measure 0.58 em on average in
// English sentences.
constexpr double kEmPerCharacter = 0.58;

const char* anchor_name(Anchor anchor) {
  switch (anchor) {
    case Anchor::kStart:
      return "start";
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kEnd:
      return "end";
  }
  return "start";
}

// At most two decimals: a hundredth of a pixel is more than a screen shows.
std::string length(double value) {
  std::string text = absl::StrFormat("%.2f", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string stroke(const LineStyle& style) {
  return absl::StrCat("fill=\"none\" stroke=\"", xml_escaped(style.color), "\" stroke-width=\"",
                      length(style.width), "\"", style.dashed ? " stroke-dasharray=\"4 3\"" : "");
}

std::string box_attributes(const Box& box) {
  return absl::StrCat("x=\"", length(box.x), "\" y=\"", length(box.y), "\" width=\"",
                      length(box.width), "\" height=\"", length(box.height), "\"");
}

size_t count_characters(std::string_view text) {
  // Every byte of UTF-8 that does not go on with a character begins one.
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  }));
}

bool is_allowed_in_xml(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte >= 0x20 || character == '\t' || character == '\n' || character == '\r';
}

}  // namespace

Svg::Svg(double width, double height, std::string_view name) {
  // Viewers stretch a picture of broken size to whole pixels, and seams appear between cells.
  width = std::ceil(width);
  height = std::ceil(height);
  const std::string size =
      absl::StrCat("width=\"", length(width), "\" height=\"", length(height), "\"");
  absl::StrAppend(&document_, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" ", size, " viewBox=\"0 0 ",
                  length(width), " ", length(height), "\" role=\"img\" ",
                  "font-family=\"DejaVu Sans, Verdana, Helvetica, Arial, sans-serif\">\n<title>",
                  xml_escaped(name), "</title>\n<rect id=\"background\" ", size,
                  " fill=\"", kPaper, "\"/>\n");
}

void Svg::rect(const Box& box, std::string_view fill, std::string_view hint) {
  absl::StrAppend(&document_, "<rect ", box_attributes(box), " fill=\"", xml_escaped(fill), "\"");
  if (hint.empty()) {
    absl::StrAppend(&document_, "/>\n");
  } else {
    absl::StrAppend(&document_, "><title>", xml_escaped(hint), "</title></rect>\n");
  }
}

void Svg::outline(const Box& box, const LineStyle& style) {
  absl::StrAppend(&document_, "<rect ", box_attributes(box), " ", stroke(style), "/>\n");
}

void Svg::line(double x1, double y1, double x2, double y2, const LineStyle& style) {
  absl::StrAppend(&document_, "<line x1=\"", length(x1), "\" y1=\"", length(y1), "\" x2=\"",
                  length(x2), "\" y2=\"", length(y2), "\" ", stroke(style), "/>\n");
}

void Svg::polyline(const std::vector<std::pair<double, double>>& points, const LineStyle& style) {
  absl::StrAppend(&document_, "<polyline points=\"");
  const char* separator = "";
  for (const auto& [x, y] : points) {
    absl::StrAppend(&document_, separator, length(x), ",", length(y));
    separator = " ";
  }
  absl::StrAppend(&document_, "\" ", stroke(style), "/>\n");
}

void Svg::circle(double x, double y, double radius, std::string_view fill) {
  absl::StrAppend(&document_, "<circle cx=\"", length(x), "\" cy=\"", length(y), "\" r=\"",
                  length(radius), "\" fill=\"", xml_escaped(fill), "\"/>\n");
}

void Svg::text(double x, double y, std::string_view text, const TextStyle& style) {
  absl::StrAppend(&document_, "<text x=\"", length(x), "\" y=\"", length(y), "\" font-size=\"",
                  length(style.size), "\" text-anchor=\"", anchor_name(style.anchor), "\" fill=\"",
                  xml_escaped(style.color), "\"");
  if (style.bold) absl::StrAppend(&document_, " font-weight=\"bold\"");
  if (style.rotation != 0) {
    absl::StrAppend(&document_, " transform=\"rotate(", length(style.rotation), " ", length(x), " ",
                    length(y), ")\"");
  }
  absl::StrAppend(&document_, ">", xml_escaped(text), "</text>\n");
}

std::string Svg::finish() && {
  absl::StrAppend(&document_, "</svg>\n");
  return std::move(document_);
}

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char character = text[i];
    // U+FFFE and U+FFFF are UTF-8, and no characters of XML.
    if (const std::string_view three = text.substr(i, 3);
        three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") {
      escaped += "\xEF\xBF\xBD";
      i += 2;
      continue;
    }
    switch (character) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        if (is_allowed_in_xml(character)) {
          escaped += character;
        } else {
          escaped += "\xEF\xBF\xBD";
        }
    }
  }
  return escaped;
}

double text_width(std::string_view text, double size) {
  return static_cast<double>(count_characters(text)) * kEmPerCharacter * size;
}

std::vector<std::string> wrapped(std::string_view text, size_t characters) {
  std::vector<std::string> lines;
  const std::vector<std::string> words = absl::StrSplit(std::string(text), ' ', absl::SkipEmpty());
  for (const std::string& word : words) {
    const bool fits =
        !lines.empty() && count_characters(lines.back()) + 1 + count_characters(word) <= characters;
    if (fits) {
      absl::StrAppend(&lines.back(), " ", word);
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

}  // namespace eif
