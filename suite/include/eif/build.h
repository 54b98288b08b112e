// How a plugin or the program was built, as far as that decides whether C++ objects can cross
// between the two. The text is a list of KEY=VALUE, parted by spaces:
//
//   sdk=3 compiler=gcc-12 language=c++20 library=libstdc++-cxx11 debug=no
//   abseil=20220623-debian3 sanitizer=none
//
// The macros of eif/plugin.h write it into the plugin as an ELF note, which the program reads
// before it runs any code of the plugin: `strings mine.so | grep sdk=` shows it. The program
// refuses a plugin whose values are not its own, and names those that differ.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/base/config.h"

// The version of what crosses the boundary. It is raised on purpose: when a plugin built before
// could not be loaded safely any more, because a class, record, enumeration or virtual function of
// plugin.h, desideratum.h, domain.h, matrix.h, monitor.h or backend.h has changed, or when one of
// them has come to mean something else. Comments and the SDK's functions, which are part of a
// plugin, do not count.
#define EIF_SDK_VERSION 4

#define EIF_STRINGIZE_(x) #x
#define EIF_STRINGIZE(x) EIF_STRINGIZE_(x)

#if defined(__clang__)
#define EIF_BUILD_COMPILER "clang-" EIF_STRINGIZE(__clang_major__)
#else
#define EIF_BUILD_COMPILER "gcc-" EIF_STRINGIZE(__GNUC__)
#endif

#if __cplusplus > 202302L
#define EIF_BUILD_LANGUAGE "c++26"
#elif __cplusplus > 202002L
#define EIF_BUILD_LANGUAGE "c++23"
#else
#define EIF_BUILD_LANGUAGE "c++20"
#endif

#if defined(_LIBCPP_VERSION)
#define EIF_BUILD_LIBRARY "libc++-" EIF_STRINGIZE(_LIBCPP_ABI_VERSION)
#elif _GLIBCXX_USE_CXX11_ABI
#define EIF_BUILD_LIBRARY "libstdc++-cxx11"
#else
#define EIF_BUILD_LIBRARY "libstdc++-cxx98"
#endif

// The containers of the debug mode have other members. _GLIBCXX_ASSERTIONS changes none and is not
// asked for.
#if defined(_GLIBCXX_DEBUG)
#define EIF_BUILD_DEBUG "yes"
#else
#define EIF_BUILD_DEBUG "no"
#endif

// Types of different releases of Abseil differ, and nothing else would show it: a status crosses
// through virtual functions, whose names do not have the release in them. The inline namespace
// tells apart those who built it, and chose its options.
#if defined(ABSL_LTS_RELEASE_VERSION)
#define EIF_BUILD_ABSEIL \
  EIF_STRINGIZE(ABSL_LTS_RELEASE_VERSION) "-" EIF_STRINGIZE(ABSL_OPTION_INLINE_NAMESPACE_NAME)
#else
#define EIF_BUILD_ABSEIL "head"
#endif

// The runtime of a sanitizer ends a program that was not built with it, at the moment the plugin is
// opened. UndefinedBehaviorSanitizer's does not, and leaves no trace in the preprocessor.
#if defined(__SANITIZE_ADDRESS__)
#define EIF_BUILD_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define EIF_BUILD_SANITIZER "thread"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EIF_BUILD_SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define EIF_BUILD_SANITIZER "thread"
#endif
#endif
#ifndef EIF_BUILD_SANITIZER
#define EIF_BUILD_SANITIZER "none"
#endif

// The text. A model backend adds its libtorch: see eif/backend.h.
#define EIF_BUILD                                                                               \
  "sdk=" EIF_STRINGIZE(EIF_SDK_VERSION) " compiler=" EIF_BUILD_COMPILER                         \
                                        " language=" EIF_BUILD_LANGUAGE                         \
                                        " library=" EIF_BUILD_LIBRARY " debug=" EIF_BUILD_DEBUG \
                                        " abseil=" EIF_BUILD_ABSEIL                             \
                                        " sanitizer=" EIF_BUILD_SANITIZER

namespace eif {

// For reports.
inline constexpr char kBuildFingerprint[] = EIF_BUILD;

// An ELF note: three sizes, the owner's name, and the text with its final zero. Both names of this
// format, the owner and the type, stay as they are in every later version, so that any program can
// say what is wrong with any plugin.
inline constexpr char kNoteOwner[] = "eif-suite";
inline constexpr uint32_t kNoteType = 1;

template <size_t kLength>
struct BuildNote {
  uint32_t owner_size = sizeof(kNoteOwner);
  uint32_t text_size = kLength;
  uint32_t type = kNoteType;
  char owner[(sizeof(kNoteOwner) + 3) / 4 * 4] = {};  // filled up to whole words
  char text[(kLength + 3) / 4 * 4] = {};
};

template <size_t kLength>
constexpr BuildNote<kLength> build_note(const char (&text)[kLength]) {
  BuildNote<kLength> note;
  for (size_t i = 0; i < sizeof(kNoteOwner); ++i) note.owner[i] = kNoteOwner[i];
  for (size_t i = 0; i < kLength; ++i) note.text[i] = text[i];
  return note;
}

}  // namespace eif
