// What the program says where it ends without having come to its end: a plugin or a library
// crashed, or called exit(), which would pass as success.
//
//   watch_sudden_ends();
//   const int code = …;
//   expect_end();  // from here on exit() is in order
#pragma once

namespace eif {

// Crashes are left to the sanitizers where these watch them.
void watch_sudden_ends();

void expect_end();

}  // namespace eif
