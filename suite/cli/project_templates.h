// The files in templates/ as text inside the program, so that it writes a new project wherever it
// was moved to. CMakeLists.txt writes the definition from them.
#pragma once

#include <span>

#include "suite/cli/plugin_project.h"

namespace eif {

struct ProjectTemplate {
  const char* name;     // with NAME where the plugin's name goes
  const char* content;  // with @NAME@, @CLASS@, @VERSION@ and @PREFIX@
};

std::span<const ProjectTemplate> project_templates(PluginKind kind);

}  // namespace eif
