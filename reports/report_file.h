// What a report of a run is: one or more files.
#pragma once

#include <string>

namespace eif {

struct ReportFile {
  std::string
      name;  // a path below the report's folder; empty where the report is this one document
  std::string content;
  // An environment variable: what a program around this one collects in the file that it names, to
  // whose end the content is added. Nothing is written where it is not set. Usually empty.
  std::string collected_in = {};
};

}  // namespace eif
