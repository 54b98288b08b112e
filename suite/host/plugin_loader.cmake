# Finds, checks and opens plugins. The bad ones of its test are in tests/bad_plugins.

eif_library(eif_plugin_loader
  SOURCES checked_answers.cc guarded_backend.cc plugin_build.cc plugin_file.cc plugin_loader.cc
          under_way.cc
  DEPENDS eif::sdk eif::backend_sdk eif_engine Boost::headers ${CMAKE_DL_LIBS})

if(NOT BUILD_TESTING)
  return()
endif()

# The plugin that the comment on top of eif/desideratum.h shows has to compile as it stands there.
file(READ "${PROJECT_SOURCE_DIR}/suite/include/eif/desideratum.h" example)
if(NOT example MATCHES "\n//   #include \"eif/plugin.h\".*\n//   EIF_DESIDERATUM_PLUGIN\\([^)]*\\)")
  message(FATAL_ERROR "The comment on top of eif/desideratum.h has no example plugin.")
endif()
string(REPLACE "\n//   " "\n" example "${CMAKE_MATCH_0}")
string(REPLACE "\n//\n" "\n\n" example "${example}")
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/tests/example_plugin/example_plugin.cc"
     CONTENT "${example}\n" @ONLY)
add_library(eif_example_plugin MODULE
            "${PROJECT_BINARY_DIR}/tests/example_plugin/example_plugin.cc")
set_target_properties(eif_example_plugin PROPERTIES PREFIX ""
  LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/example_plugin")
target_link_libraries(eif_example_plugin PRIVATE eif_compile_options eif::sdk)
target_link_options(eif_example_plugin PRIVATE
  "-Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/plugin.map")

eif_test(eif_plugin_loader_test
  SOURCES plugin_build_test.cc plugin_file_test.cc plugin_loader_test.cc plugin_record_test.cc plugin_search_test.cc
          under_way_test.cc
  DEPENDS eif_plugin_loader)
get_property(plugins GLOBAL PROPERTY EIF_PLUGINS)
list(APPEND plugins eif_example_plugin)
add_dependencies(eif_plugin_loader_test eif_bad_plugins ${plugins})
list(TRANSFORM plugins REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE plugin_files)
list(JOIN plugin_files ":" plugin_files)
target_compile_definitions(eif_plugin_loader_test PRIVATE
  EIF_NM="${CMAKE_NM}"
  EIF_PLUGIN_FILES="${plugin_files}"
  EIF_EXAMPLE_PLUGIN="$<TARGET_FILE:eif_example_plugin>")
