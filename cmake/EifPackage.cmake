# Packages of eif-suite: `cpack -G TGZ` and `cpack -G DEB` in a build folder.
#
# Both have what `cmake --install` installs, except for libtorch.path, which speaks of this machine. libtorch
# is in neither: it is gigabytes, and whoever has models has one. suite/launcher finds it. The archive
# brings the other libraries along, in lib/eif-suite/libraries; the Debian package depends on Debian's.
#
#   component     what                                             in the archive   in the .deb
#   program       program and plugins                              yes              yes
#   Unspecified   SDK, documents                                   yes              yes
#   libraries     the shared libraries they need, but libtorch     yes              no
#   machine       libtorch.path: where libtorch is, here           no               no
#   tests         the conformance tests, for a machine with a GPU  no               no

# The run paths begin at the file itself. DT_RPATH, because that also serves the libraries in that folder
# when they need one another.
set_target_properties(eif_program PROPERTIES INSTALL_RPATH "$ORIGIN/eif-suite/libraries")
target_link_options(eif_program PRIVATE "LINKER:--disable-new-dtags")
get_property(eif_plugins GLOBAL PROPERTY EIF_PLUGINS)
foreach(plugin IN LISTS eif_plugins)
  set_target_properties(${plugin} PROPERTIES INSTALL_RPATH "$ORIGIN/libraries")
  target_link_options(${plugin} PRIVATE "LINKER:--disable-new-dtags")
endforeach()

# ---- The libraries -------------------------------------------------------------------------------

# Not the C and C++ libraries and the OpenMP of the machine: libtorch needs the same, and two of one kind do
# not get along in one program.
set(eif_of_the_machine "^ld-linux" "^lib(c|m|dl|rt|pthread|gcc_s|stdc[+][+]|gomp)[.]so"
    "^lib(torch|c10|cu|nv)")
list(TRANSFORM eif_plugins REPLACE "(.+)" "$<TARGET_FILE:\\1>" OUTPUT_VARIABLE eif_plugin_files)
install(CODE "
  set(eif_left_out \"${eif_of_the_machine}\")
  set(eif_binaries \"$<TARGET_FILE:eif_program>;${eif_plugin_files}\")"
  COMPONENT libraries EXCLUDE_FROM_ALL)
install(CODE [[
  file(GET_RUNTIME_DEPENDENCIES MODULES ${eif_binaries} PRE_EXCLUDE_REGEXES ${eif_left_out}
       RESOLVED_DEPENDENCIES_VAR found UNRESOLVED_DEPENDENCIES_VAR missing)
  if(missing)
    message(FATAL_ERROR "The package would lack ${missing}, which this machine does not have either.")
  endif()
  foreach(library IN LISTS found)
    file(INSTALL "${library}" DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/eif-suite/libraries"
         TYPE SHARED_LIBRARY FOLLOW_SYMLINK_CHAIN)
  endforeach()]]
  COMPONENT libraries EXCLUDE_FROM_ALL)

# ---- Packages ------------------------------------------------------------------------------------

# The authors as CITATION.cff names them. Debian asks for an address, and they have published none: this
# one is in a domain that is reserved and never gets mail (RFC 2606).
set(CPACK_PACKAGE_VENDOR "The eif-suite authors")
set(CPACK_PACKAGE_CONTACT "The eif-suite authors <noreply@eif-suite.example>")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
# What was linked with CUDA's half of libtorch does not start without it; what was not runs with both kinds.
set(eif_kind "")
if(EIF_LIBTORCH_CUDA)
  set(eif_kind "-cuda")
endif()
set(CPACK_PACKAGE_FILE_NAME
    "eif-suite-${PROJECT_VERSION}-libtorch-${EIF_LIBTORCH_VERSION}${eif_kind}-linux-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ DEB)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_NAME eif-suite)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS dataset-fashion-mnist)  # what the network is trained on
set(CPACK_PACKAGING_INSTALL_PREFIX "")
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_BINARY_DIR}/eif_cpack_config.cmake")
file(WRITE "${CPACK_PROJECT_CONFIG_FILE}" [[
set(CPACK_COMPONENTS_ALL program Unspecified)
if(CPACK_GENERATOR STREQUAL "TGZ")
  list(APPEND CPACK_COMPONENTS_ALL libraries)
  set(CPACK_COMPONENT_INCLUDE_TOPLEVEL_DIRECTORY ON)  # one folder comes out of it
elseif(CPACK_GENERATOR STREQUAL "DEB")
  set(CPACK_PACKAGING_INSTALL_PREFIX "/usr")
endif()
]])
include(CPack)
