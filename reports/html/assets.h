// The page's style and script. They are files of this folder, page.css and page.js, which the build
// makes part of the program.
#pragma once

namespace eif {

extern const char kPageCss[];
extern const char kPageScript[];

}  // namespace eif
