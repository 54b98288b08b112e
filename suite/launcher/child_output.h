// What another program prints.
//
//   child_output({"python3", "-c", "print(1)"})      "1\n"
#pragma once

#include <string>
#include <vector>

namespace eif {

// The standard output of a program, found on PATH unless named by its path; "" where it cannot be
// started. Its standard error is dropped. `environment` is added to that of this process:
// {"LD_LIBRARY_PATH=/x"}.
std::string child_output(const std::vector<std::string>& command,
                         const std::vector<std::string>& environment = {});

}  // namespace eif
