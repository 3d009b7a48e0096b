"""The fields of a Message that say what it is: Bot API 10.1, core.telegram.org/bots/api#message."""

CONTENT = dict.fromkeys(
    (
        "text", "rich_message", "venue", "location", "contact", "live_photo", "animation", "audio",
        "document", "paid_media", "photo", "sticker", "story", "video", "video_note", "voice", "caption",
        "checklist", "dice", "game", "poll", "invoice",
    )
)  # fmt: skip
"""What somebody sent, the telling one first where two come together (a venue brings its location)."""

SERVICE = frozenset(
    {
        "new_chat_members", "left_chat_member", "chat_owner_left", "chat_owner_changed", "new_chat_title",
        "new_chat_photo", "delete_chat_photo", "group_chat_created", "supergroup_chat_created",
        "channel_chat_created", "message_auto_delete_timer_changed", "migrate_to_chat_id",
        "migrate_from_chat_id", "pinned_message", "successful_payment", "refunded_payment", "users_shared",
        "chat_shared", "gift", "unique_gift", "gift_upgrade_sent", "connected_website",
        "write_access_allowed", "passport_data", "proximity_alert_triggered", "boost_added",
        "chat_background_set", "checklist_tasks_done", "checklist_tasks_added",
        "direct_message_price_changed", "forum_topic_created", "forum_topic_edited", "forum_topic_closed",
        "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden",
        "giveaway_created", "giveaway", "giveaway_winners", "giveaway_completed", "managed_bot_created",
        "paid_message_price_changed", "poll_option_added", "poll_option_deleted",
        "suggested_post_approved", "suggested_post_approval_failed", "suggested_post_declined",
        "suggested_post_paid", "suggested_post_refunded", "video_chat_scheduled", "video_chat_started",
        "video_chat_ended", "video_chat_participants_invited",
    }
)  # fmt: skip
"""What tells of an event in the chat. A field that stands in neither list is taken for a message: nothing is
lost because Telegram learnt something new."""
