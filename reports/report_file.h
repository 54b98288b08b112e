// What a report of a run is: one or more files.
#pragma once

#include <string>

namespace eif {

struct ReportFile {
  std::string
      name;  // a path below the report's folder; empty where the report is this one document
  std::string content;
};

}  // namespace eif
