// Scalable Vector Graphics, written piece by piece.
//
//   Svg svg(200, 100, "What the picture shows");
//   svg.rect({10, 10, 50, 20}, "#b2182b");
//   svg.text(10, 50, "a < b", {.size = 12});
//   std::string document = svg.finish();
//
// Lengths are in pixels; y grows downwards. Text is escaped. The background is white, whatever the
// page around it has.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eif {

struct Box {
  double x = 0, y = 0, width = 0, height = 0;

  double right() const { return x + width; }
  double bottom() const { return y + height; }
};

enum class Anchor { kStart, kMiddle, kEnd };

inline constexpr char kInk[] = "#1a1a1a";
inline constexpr char kFaintInk[] = "#5f5f5f";
inline constexpr char kGridInk[] = "#e4e4e4";
inline constexpr char kPaper[] = "#ffffff";

struct TextStyle {
  double size = 12;
  Anchor anchor = Anchor::kStart;  // which end of the text x is at
  bool bold = false;
  double rotation = 0;  // degrees clockwise about (x, y), which is on the base line
  std::string color = kInk;
};

struct LineStyle {
  std::string color = kInk;
  double width = 1;
  bool dashed = false;
};

class Svg {
 public:
  // Rounded up to whole pixels. `name` is what a screen reader says and a browser shows as the
  // title of the document.
  Svg(double width, double height, std::string_view name);

  // `hint` appears when the mouse rests on it; none if empty.
  void rect(const Box& box, std::string_view fill, std::string_view hint = "");
  void outline(const Box& box, const LineStyle& style);
  void line(double x1, double y1, double x2, double y2, const LineStyle& style);
  void polyline(const std::vector<std::pair<double, double>>& points, const LineStyle& style);
  void circle(double x, double y, double radius, std::string_view fill);
  void text(double x, double y, std::string_view text, const TextStyle& style);

  // The whole document. Called once, last.
  std::string finish() &&;

 private:
  std::string document_;
};

// & < > " ' as entities; bytes that XML has no place for as U+FFFD.
std::string xml_escaped(std::string_view text);

// About how wide a text is: what a wide sans-serif font needs, so that no label is cut off.
double text_width(std::string_view text, double size);

// Lines of at most `characters`, broken at spaces; a longer word stands alone.
std::vector<std::string> wrapped(std::string_view text, size_t characters);

}  // namespace eif
