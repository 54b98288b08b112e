# For launcher_test: a libtorch of three small libraries that needs one of NVIDIA's, and a program that
# needs libtorch. The test puts copies of them where it wants them.

set(fake "${PROJECT_BINARY_DIR}/tests/fake_libtorch")
function(_eif_fake_library name source)
  file(WRITE "${fake}/${name}.cc" "${source}\n")
  add_library(eif_fake_${name} SHARED "${fake}/${name}.cc")
  set_target_properties(eif_fake_${name} PROPERTIES OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY "${fake}" SKIP_BUILD_RPATH ON CXX_VISIBILITY_PRESET default)
  # Not all of a program's sanitizer, which would be needed first.
  target_link_libraries(eif_fake_${name} PRIVATE ${ARGN})
  target_link_options(eif_fake_${name} PRIVATE "LINKER:--no-as-needed")
endfunction()

_eif_fake_library(cudart_fake "int cudart() { return 7; }")
_eif_fake_library(c10 "int c10() { return 0; }")
_eif_fake_library(torch_cpu "int cudart();\nint torch_cpu() { return cudart(); }"
                  eif_fake_c10 eif_fake_cudart_fake)
_eif_fake_library(torch "int torch() { return 0; }" eif_fake_torch_cpu)
_eif_fake_library(eif-suite "int torch_cpu();\nextern \"C\" int eif_suite_main(int, char**) { return torch_cpu(); }"
                  eif_fake_torch_cpu)
