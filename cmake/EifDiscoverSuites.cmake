# Read by ctest, once for each program of eif_test that is run suite by suite: makes a ctest test of
# each suite of the program, which runs it, and one of each of its cases, which reads the result
# (gtest_suite.sh). Sets nothing but tests. Given: eif_program, eif_name, eif_label, eif_runner,
# and eif_filter, the pattern of the cases of those suites.

if(NOT EXISTS "${eif_program}")
  add_test("${eif_name}" "${eif_program}")  # fails, and says that it is not there
else()
  set(eif_suites "${eif_program}_suites_${eif_label}.cmake")
  if(NOT EXISTS "${eif_suites}" OR "${eif_program}" IS_NEWER_THAN "${eif_suites}"
     OR "${CMAKE_CURRENT_LIST_FILE}" IS_NEWER_THAN "${eif_suites}")
    execute_process(COMMAND "${eif_program}" --gtest_list_tests "--gtest_filter=${eif_filter}"
                    OUTPUT_VARIABLE eif_list RESULT_VARIABLE eif_status)
    # Lines are "Suite.", "Suite/0.  # TypeParam = …", "  Case" and "  Case/name  # GetParam() = …".
    string(REPLACE ";" "" eif_list "${eif_list}")
    string(REGEX REPLACE " +#[^\n]*" "" eif_list "${eif_list}")
    string(REPLACE "\n" ";" eif_list "${eif_list}")
    set(eif_text "")
    foreach(eif_line IN LISTS eif_list)
      if(eif_line MATCHES "^([^ ]+)\\.$")
        set(eif_suite "${CMAKE_MATCH_1}")
        set(eif_test "${eif_name}.${eif_suite}")
        string(REPLACE "/" "_" eif_log "${eif_suite}")
        set(eif_log "${eif_program}_logs/${eif_log}.txt")
        string(APPEND eif_text
          "add_test(\"${eif_test}\" \"${eif_runner}\" run \"${eif_program}\" \"${eif_suite}\" \"${eif_log}\")\n"
          "set_tests_properties(\"${eif_test}\" PROPERTIES LABELS ${eif_label} TIMEOUT 900\n"
          "  FIXTURES_SETUP \"${eif_test}\")\n")
      elseif(eif_line MATCHES "^  ([^ ]+)$")
        set(eif_case "${eif_suite}.${CMAKE_MATCH_1}")
        string(APPEND eif_text
          "add_test(\"${eif_name}.${eif_case}\" \"${eif_runner}\" case \"${eif_case}\" \"${eif_log}\")\n"
          "set_tests_properties(\"${eif_name}.${eif_case}\" PROPERTIES LABELS ${eif_label}\n"
          "  FIXTURES_REQUIRED \"${eif_test}\" SKIP_RETURN_CODE 77)\n")
      endif()
    endforeach()
    if(eif_status OR eif_text STREQUAL "")
      set(eif_text "add_test(\"${eif_name}\" \"${eif_program}\" --gtest_list_tests)\n")  # shows why
    endif()
    file(MAKE_DIRECTORY "${eif_program}_logs")
    file(WRITE "${eif_suites}" "${eif_text}")
  endif()
  include("${eif_suites}")
endif()
