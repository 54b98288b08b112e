# Read by ctest, once for each program of eif_test and label whose suites are run in one process each:
# makes a ctest test of each suite, which runs its cases of that label, and one of each case, which
# reads the result (gtest_suite.sh, gtest_case.awk). Sets nothing but tests. Given: eif_program,
# eif_name, eif_label, eif_scripts, where these two are, and eif_filter, the pattern of the cases.

# Adds the test that runs the cases of the suite that has been read, if there is one.
macro(eif_end_suite)
  if(eif_cases)
    list(JOIN eif_cases ":" eif_cases)
    string(APPEND eif_text
      "add_test(\"${eif_test}\" \"${eif_scripts}/gtest_suite.sh\" \"${eif_program}\" \"${eif_suite}\" \"${eif_log}\"\n"
      "  \"${eif_cases}\")\n"
      "set_tests_properties(\"${eif_test}\" PROPERTIES LABELS ${eif_label} TIMEOUT 900\n"
      "  FIXTURES_SETUP \"${eif_test}\")\n")
  endif()
  set(eif_cases "")
endmacro()

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
    set(eif_cases "")
    foreach(eif_line IN LISTS eif_list)
      if(eif_line MATCHES "^([^ ]+)\\.$")
        eif_end_suite()
        set(eif_suite "${CMAKE_MATCH_1}")
        # A program may have cases of one suite under two labels.
        set(eif_test "${eif_name}.${eif_suite} (${eif_label})")
        string(REPLACE "/" "_" eif_log "${eif_suite}")
        set(eif_log "${eif_program}_logs/${eif_log}_${eif_label}.txt")
      elseif(eif_line MATCHES "^  ([^ ]+)$")
        set(eif_case "${eif_suite}.${CMAKE_MATCH_1}")
        list(APPEND eif_cases "${eif_case}")
        string(APPEND eif_text
          "add_test(\"${eif_name}.${eif_case}\" awk -f \"${eif_scripts}/gtest_case.awk\"\n"
          "  -v \"name=${eif_case}\" \"${eif_log}\")\n"
          "set_tests_properties(\"${eif_name}.${eif_case}\" PROPERTIES LABELS ${eif_label}\n"
          "  FIXTURES_REQUIRED \"${eif_test}\" SKIP_RETURN_CODE 77)\n")
      endif()
    endforeach()
    eif_end_suite()
    if(eif_status OR eif_text STREQUAL "")
      set(eif_text "add_test(\"${eif_name}\" \"${eif_program}\" --gtest_list_tests)\n")  # shows why
    endif()
    file(MAKE_DIRECTORY "${eif_program}_logs")
    file(WRITE "${eif_suites}" "${eif_text}")
  endif()
  include("${eif_suites}")
endif()
