# Plugins: eif_add_desideratum and eif_add_model, for this tree and for any project that has called
# find_package(eif-suite).
#
#   eif_add_desideratum(NAME [SOURCES a.cc …] [DEPENDS target …])
#   eif_add_model(NAME [SOURCES a.cc …] [DEPENDS target …])
#
# Both make the library NAME.so with the one exported symbol of a plugin, from NAME.cc where no SOURCES
# are given. A desideratum gets eif::sdk and eif::domains, a model eif::backend_sdk, which brings
# libtorch; DEPENDS adds to that. `cmake --install` puts a plugin into lib/eif-suite, where a program in
# bin/ beside it finds it by itself. NAME is also the name of the target.
#
# EIF_PLUGIN_OUTPUT_DIRECTORY is where plugins are built; where it is not set, the build folder. The
# global property EIF_PLUGINS lists them.

function(_eif_add_plugin name sdk)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "Plugin ${name}: found ${ARG_UNPARSED_ARGUMENTS}; expected SOURCES and DEPENDS.")
  endif()
  if(NOT ARG_SOURCES)
    set(ARG_SOURCES ${name}.cc)
  endif()
  if(NOT EIF_PLUGIN_OUTPUT_DIRECTORY)
    set(EIF_PLUGIN_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
  endif()
  add_library(${name} MODULE ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY "${EIF_PLUGIN_OUTPUT_DIRECTORY}"
    # The program refuses other language levels.
    CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    # What was installed is found wherever it is moved to. libtorch needs no path: it is the program's.
    INSTALL_RPATH "$ORIGIN/..")
  # Only the entry symbol leaves the library, whatever its static parts and templates bring along.
  set(exported "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map")
  target_link_options(${name} PRIVATE "-Wl,--version-script=${exported}")
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${exported}")
  target_link_libraries(${name} PRIVATE ${sdk} ${ARG_DEPENDS})
  install(TARGETS ${name} LIBRARY DESTINATION lib/eif-suite COMPONENT program)
  set_property(GLOBAL APPEND PROPERTY EIF_PLUGINS ${name})
endfunction()

function(eif_add_desideratum name)
  _eif_add_plugin(${name} "eif::sdk;eif::domains" ${ARGN})
endfunction()

function(eif_add_model name)
  if(NOT TARGET eif::backend_sdk)
    message(FATAL_ERROR "eif_add_model(${name}) needs the SDK for models, which brings libtorch: write "
                        "find_package(eif-suite REQUIRED COMPONENTS model).")
  endif()
  _eif_add_plugin(${name} eif::backend_sdk ${ARGN})
endfunction()
