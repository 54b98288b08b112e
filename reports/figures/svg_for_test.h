// Reads a figure back, for the tests: a document that is not well-formed throws.
#pragma once

#include <boost/property_tree/xml_parser.hpp>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace eif {

struct SvgElement {
  std::string tag;
  std::map<std::string, std::string> attributes;
  std::string text;  // its own, without that of elements in it

  double number(const std::string& attribute) const { return std::stod(attributes.at(attribute)); }
};

inline void append_elements(const boost::property_tree::ptree& tree,
                            std::vector<SvgElement>& elements) {
  for (const auto& [tag, child] : tree) {
    if (tag.starts_with('<')) continue;  // attributes and comments
    SvgElement element{tag, {}, child.data()};
    if (const auto attributes = child.get_child_optional("<xmlattr>")) {
      for (const auto& [name, value] : *attributes) element.attributes[name] = value.data();
    }
    elements.push_back(element);
    append_elements(child, elements);
  }
}

// All elements in the order of the document.
inline std::vector<SvgElement> svg_elements(const std::string& document) {
  std::istringstream stream(document);
  boost::property_tree::ptree tree;
  boost::property_tree::read_xml(stream, tree);
  std::vector<SvgElement> elements;
  append_elements(tree, elements);
  return elements;
}

inline std::vector<SvgElement> svg_elements(const std::string& document, const std::string& tag) {
  std::vector<SvgElement> chosen;
  for (SvgElement& element : svg_elements(document)) {
    if (element.tag == tag) chosen.push_back(std::move(element));
  }
  return chosen;
}

// What can be read in it.
inline std::vector<std::string> svg_texts(const std::string& document) {
  std::vector<std::string> texts;
  for (const SvgElement& element : svg_elements(document, "text")) texts.push_back(element.text);
  return texts;
}

// Filled rectangles of one colour.
inline std::vector<SvgElement> svg_rects(const std::string& document, const std::string& fill) {
  std::vector<SvgElement> rects;
  for (SvgElement& rect : svg_elements(document, "rect")) {
    if (rect.attributes.at("fill") == fill) rects.push_back(std::move(rect));
  }
  return rects;
}

}  // namespace eif
