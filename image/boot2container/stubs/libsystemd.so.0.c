/*
 * In the place of libsystemd, with which crun asks systemd for control groups and conmon writes to the journal. Here is
 * neither: every call fails as not supported.
 */
#define NOT_SUPPORTED(name) int name(void) { return -95; }

NOT_SUPPORTED(sd_notify)
NOT_SUPPORTED(sd_journal_send_with_location)
NOT_SUPPORTED(sd_journal_sendv_with_location)
NOT_SUPPORTED(sd_bus_call)
NOT_SUPPORTED(sd_bus_default_system)
NOT_SUPPORTED(sd_bus_default_user)
NOT_SUPPORTED(sd_bus_error_free)
NOT_SUPPORTED(sd_bus_error_get_errno)
NOT_SUPPORTED(sd_bus_message_append)
NOT_SUPPORTED(sd_bus_message_append_array)
NOT_SUPPORTED(sd_bus_message_append_basic)
NOT_SUPPORTED(sd_bus_message_append_strv)
NOT_SUPPORTED(sd_bus_message_close_container)
NOT_SUPPORTED(sd_bus_message_new_method_call)
NOT_SUPPORTED(sd_bus_message_open_container)
NOT_SUPPORTED(sd_bus_message_read)
NOT_SUPPORTED(sd_bus_message_unref)
NOT_SUPPORTED(sd_bus_process)
NOT_SUPPORTED(sd_bus_unref)
NOT_SUPPORTED(sd_bus_wait)
NOT_SUPPORTED(sd_bus_match_signal_async)
NOT_SUPPORTED(sd_notify_barrier)
