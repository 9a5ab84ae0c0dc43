//! Memory of one component of a state: page-aligned, zero, in huge pages where the system has them.

use std::marker::PhantomData;

use memmap2::MmapMut;

use crate::error::Error;
use crate::real::Real;

/// A fixed number of reals. The system's own pages rather than the allocator's, because a sweep
/// with a long stride spends its time in the page table otherwise, and because a lack of memory
/// is then an error and not an abort.
#[derive(Debug)]
pub struct Buffer<R> {
    pages: MmapMut,
    real: PhantomData<R>,
}

impl<R: Real> Buffer<R> {
    /// `len` zeros.
    ///
    /// # Errors
    /// [`Error::Memory`] where the system gives none.
    pub fn zeros(len: usize) -> Result<Self, Error> {
        let bytes = len.saturating_mul(size_of::<R>());
        let memory = |error: std::io::Error| Error::Memory { bytes: bytes as u128, reason: error.to_string() };
        let pages = MmapMut::map_anon(bytes).map_err(memory)?;
        // A wish: what the system makes of it changes no result.
        #[cfg(target_os = "linux")]
        let _ = pages.advise(memmap2::Advice::HugePage);
        Ok(Self { pages, real: PhantomData })
    }

    pub fn get(&self) -> &[R] {
        bytemuck::cast_slice(&self.pages)
    }

    pub fn get_mut(&mut self) -> &mut [R] {
        bytemuck::cast_slice_mut(&mut self.pages)
    }
}
