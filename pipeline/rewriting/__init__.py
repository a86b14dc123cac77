"""From fields of captures to what each recipient gets of them: values, replacements at their length, and the proof."""
