// How the program ends.
#pragma once

namespace eif {

enum ExitCode {
  kSuccess = 0,          // measured; verdicts may be "violated", which is a finding
  kGotWorse = 1,         // compare: a desideratum did
  kUnsound = 1,          // check: it cannot be passed, or it can be without logic
  kUsage = 2,            // the command line or a configuration file
  kNotMeasured = 3,      // an internal error, or something could not be measured
  kUnavailable = 4,      // a model, its data or a plugin could not be loaded
  kNothingSelected = 5,  // no desideratum applies to the model
  // 128 + the signal (130, 143) after an interrupt; what was complete is written.
};

}  // namespace eif
