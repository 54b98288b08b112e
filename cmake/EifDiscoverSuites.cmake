# Read by ctest, once for each program of eif_test that is run suite by suite: makes a ctest test of
# each suite of the program. Sets nothing but tests. Given: eif_program, eif_name, eif_label.

if(NOT EXISTS "${eif_program}")
  add_test("${eif_name}" "${eif_program}")  # fails, and says that it is not there
else()
  set(eif_suites "${eif_program}_suites.cmake")
  if(NOT EXISTS "${eif_suites}" OR "${eif_program}" IS_NEWER_THAN "${eif_suites}")
    execute_process(COMMAND "${eif_program}" --gtest_list_tests
                    OUTPUT_VARIABLE eif_list RESULT_VARIABLE eif_status)
    string(REGEX MATCHALL "\n[^ \n]+\\." eif_list "\n${eif_list}")
    set(eif_text "")
    foreach(eif_suite IN LISTS eif_list)
      string(REGEX REPLACE "\n(.+)\\." "\\1" eif_suite "${eif_suite}")
      set(eif_test "\"${eif_name}.${eif_suite}\"")
      string(APPEND eif_text
        "add_test(${eif_test} \"${eif_program}\" \"--gtest_filter=${eif_suite}.*\")\n"
        "set_tests_properties(${eif_test} PROPERTIES LABELS ${eif_label} TIMEOUT 900)\n")
    endforeach()
    if(eif_status OR eif_text STREQUAL "")
      set(eif_text "add_test(\"${eif_name}\" \"${eif_program}\" --gtest_list_tests)\n")  # shows why
    endif()
    file(WRITE "${eif_suites}" "${eif_text}")
  endif()
  include("${eif_suites}")
endif()
