# Included by CMakeLists.txt beside it: make_words and its test.
target_sources(eif_core PRIVATE words.cc)
eif_test(words_test SOURCES words_test.cc DEPENDS eif_core)
