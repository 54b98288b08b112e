#include "suite/launcher/missing_libraries.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "suite/launcher/child_output.h"
#include "suite/launcher/launcher_for_test.h"

namespace eif {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(MissingLibraries, AreAllNamedOnce) {
  EXPECT_THAT(not_found_in("\tlinux-vdso.so.1 (0x00007ffc)\n"
                           "\tlibcudart.so.13 => not found\n"
                           "\tlibc10.so => /opt/torch/lib/libc10.so (0x00007f)\n"
                           "\tlibcupti.so.13 => not found\n"
                           "\tlibcudart.so.13 => not found\n"
                           "\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n"),
              ElementsAre("libcudart.so.13", "libcupti.so.13"));
}

TEST(MissingLibraries, OfALibraryAreThoseThatTheLinkerWouldNotFind) {
  TemporaryFolder folder;
  const fs::path library = folder.path / "libtorch_cpu.so";
  fs::copy_file(fs::path(EIF_FAKE_LIBTORCH) / "libtorch_cpu.so", library);
  std::vector<std::string> names;
  for (const MissingLibrary& one : missing_libraries(library, {}, "2.13.0"))
    names.push_back(one.name);
  EXPECT_THAT(names, ElementsAre("libc10.so", "libcudart_fake.so"));
  EXPECT_THAT(missing_libraries(library, {EIF_FAKE_LIBTORCH}, "2.13.0"), IsEmpty());
}

TEST(MissingLibraries, AdviceSaysWhoseALibraryIs) {
  EXPECT_EQ(
      advice_for("libtorch_cuda.so", "2.13.0"),
      "part of libtorch: pip install torch==2.13.0, or set EIF_LIBTORCH to the folder with its "
      "include and lib");
  for (const char* name :
       {"libcudart.so.13", "libnccl.so.2", "libnvshmem_host.so.3", "libcublas.so.13"}) {
    EXPECT_THAT(advice_for(name, "2.13.0"), HasSubstr("NVIDIA's")) << name;
  }
  EXPECT_THAT(advice_for("libgomp.so.1", "2.13.0"), HasSubstr("of the system"));
}

TEST(ChildOutput, IsStandardOutputAlone) {
  EXPECT_EQ(child_output({"sh", "-c", "echo $EIF_CHILD; echo no >&2; exit 3"}, {"EIF_CHILD=yes"}),
            "yes\n");
}

TEST(ChildOutput, OfAProgramThatIsNotThereIsEmpty) {
  EXPECT_EQ(child_output({"/nowhere/program"}), "");
}

}  // namespace
}  // namespace eif
