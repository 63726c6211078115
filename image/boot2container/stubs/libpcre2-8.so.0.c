/*
 * In the place of libpcre2, which GLib has for regular expressions. Of the programs here only conmon needs GLib, and it
 * uses none.
 */
#define FAILS(name) int name(void) { return 0; }

FAILS(pcre2_code_free_8)
FAILS(pcre2_compile_8)
FAILS(pcre2_compile_context_create_8)
FAILS(pcre2_compile_context_free_8)
FAILS(pcre2_config_8)
FAILS(pcre2_dfa_match_8)
FAILS(pcre2_get_error_message_8)
FAILS(pcre2_get_ovector_count_8)
FAILS(pcre2_get_ovector_pointer_8)
FAILS(pcre2_jit_compile_8)
FAILS(pcre2_jit_match_8)
FAILS(pcre2_jit_stack_assign_8)
FAILS(pcre2_jit_stack_create_8)
FAILS(pcre2_jit_stack_free_8)
FAILS(pcre2_match_8)
FAILS(pcre2_match_context_create_8)
FAILS(pcre2_match_context_free_8)
FAILS(pcre2_match_data_create_8)
FAILS(pcre2_match_data_create_from_pattern_8)
FAILS(pcre2_match_data_free_8)
FAILS(pcre2_pattern_info_8)
FAILS(pcre2_set_bsr_8)
FAILS(pcre2_set_newline_8)
FAILS(pcre2_substring_nametable_scan_8)
FAILS(pcre2_substring_number_from_name_8)
