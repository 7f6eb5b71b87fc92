//! Properties of the domain.
