#include "suite/host/duration_text.h"

#include "absl/strings/str_format.h"

namespace eif {

std::string duration_text(double seconds) {
  constexpr double kMinute = 60, kHour = 3600;
  if (seconds < 9.5) return absl::StrFormat("%.2g s", seconds);
  if (seconds < 2 * kMinute) return absl::StrFormat("%.0f s", seconds);
  if (seconds < 2 * kHour) return absl::StrFormat("%.0f min", seconds / kMinute);
  return absl::StrFormat("%.1f h", seconds / kHour);
}

}  // namespace eif
