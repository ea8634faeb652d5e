//! Which sets a verb is about: names, files, a label selector, or all of them.
