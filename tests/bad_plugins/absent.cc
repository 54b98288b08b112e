// The library that missing_dependency needs.
extern "C" __attribute__((visibility("default"))) void eif_absent() {}
